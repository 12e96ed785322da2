using Topaz.Particles;

namespace Topaz.Cli.Extraction;

/// <summary>Takes the picks of one micrograph after the other and writes them, scaled: to one table, or to a file for each micrograph.</summary>
internal sealed class PickOutput : IDisposable
{
    private readonly ParticleWriter? _table;
    private readonly Func<ImageEntry, string>? _pathFor;
    private readonly double _scale;

    public PickOutput(ParticleWriter table, double scale) => (_table, _scale) = (table, scale);

    public PickOutput(Func<ImageEntry, string> pathFor, double scale) => (_pathFor, _scale) = (pathFor, scale);

    /// <summary>Writes the picks of a micrograph.</summary>
    /// <exception cref="TopazException">They cannot be written.</exception>
    public void Write(ImageEntry image, IEnumerable<Particle> picks)
    {
        picks = picks.Select(pick => pick with { X = pick.X * _scale, Y = pick.Y * _scale });
        if (_table is not null)
        {
            _table.Write(image.Name, picks);
            return;
        }

        using ParticleWriter file = new(_pathFor!(image));
        file.Write(image.Name, picks);
        file.Complete();
    }

    /// <summary>Puts a table in place; without it, it is given up.</summary>
    public void Complete() => _table?.Complete();

    public void Dispose() => _table?.Dispose();
}
