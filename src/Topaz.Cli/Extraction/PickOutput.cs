using Topaz.Particles;

namespace Topaz.Cli.Extraction;

/// <summary>Takes the picks of one micrograph after the other and writes them, scaled, in a format: to one file, or to one for each micrograph.</summary>
internal sealed class PickOutput : IDisposable
{
    private readonly ParticleFormat _format;
    private readonly double _scale;
    private readonly double? _boxSize;
    // One of these: a table that grows on disk, a file that is written at the end, or a file for each micrograph.
    private readonly ParticleWriter? _table;
    private readonly string? _file;
    private readonly Func<ImageEntry, string>? _pathFor;

    private readonly ParticleTable _all = new();
    private readonly Dictionary<string, (ImageEntry Image, MicrographPicks Picks)> _seen = [];

    private PickOutput(ParticleFormat format, double scale, double? boxSize, ParticleWriter? table, string? file, Func<ImageEntry, string>? pathFor)
    {
        (_format, _scale, _boxSize) = (format, scale, boxSize);
        (_table, _file, _pathFor) = (table, file, pathFor);
    }

    /// <summary>One file; null for standard output, which takes tables.</summary>
    public static PickOutput ToFile(string? path, ParticleFormat format, double scale, double? boxSize)
    {
        if (format != ParticleFormat.Table && path is not null)
            return new PickOutput(format, scale, boxSize, table: null, path, pathFor: null);
        return new PickOutput(format, scale, boxSize, path is null ? new ParticleWriter(Console.Out) : new ParticleWriter(path), file: null, pathFor: null);
    }

    /// <summary>A file for each micrograph.</summary>
    public static PickOutput ToEach(Func<ImageEntry, string> pathFor, ParticleFormat format, double scale, double? boxSize) =>
        new(format, scale, boxSize, table: null, file: null, pathFor);

    /// <summary>Writes the picks of a micrograph.</summary>
    /// <exception cref="TopazException">They cannot be written.</exception>
    public void Write(ImageEntry image, MicrographPicks found)
    {
        Particle[] picks = [.. found.Picks.Select(pick => pick with { X = pick.X * _scale, Y = pick.Y * _scale })];
        if (_table is not null)
        {
            _table.Write(image.Name, picks);
            return;
        }

        _seen[image.Name] = (image, found with { Picks = [] });
        if (_pathFor is null)
        {
            _all.Add(image.Name, picks);
            return;
        }

        if (_format == ParticleFormat.Table)
        {
            using ParticleWriter file = new(_pathFor(image));
            file.Write(image.Name, picks);
            file.Complete();
            return;
        }

        var own = new ParticleTable();
        own.Add(image.Name, picks);
        ParticleFile.Write(_pathFor(image), own, _format, Options(image.Name));
    }

    /// <summary>Puts a single file in place; without it, it is given up.</summary>
    public void Complete()
    {
        _table?.Complete();
        if (_file is not null)
            ParticleFile.Write(_file, _all, _format, Options(micrograph: null));
    }

    public void Dispose() => _table?.Dispose();

    private ParticleFileOptions Options(string? micrograph) => new()
    {
        BoxSize = _boxSize ?? (micrograph is null ? 0 : Math.Max(1, Math.Round(_seen[micrograph].Picks.Diameter * _scale))),
        ImagePath = name => _seen[name].Image.Path,
        ImageSize = name => ((int)Math.Round(_seen[name].Picks.Width * _scale), (int)Math.Round(_seen[name].Picks.Height * _scale)),
    };
}
