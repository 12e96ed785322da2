using CsvHelper;

namespace Topaz.Particles;

/// <summary>
/// Writes a tab-separated coordinate file as picks arrive, so that thousands of micrographs need no memory. The file appears under
/// its name when <see cref="Complete"/> is called; disposed before that, nothing is left and an older file stands as it was.
/// </summary>
public sealed class ParticleWriter : IDisposable
{
    private readonly string _path = "output";
    private readonly AtomicFile? _file;
    private readonly CsvWriter _rows;
    private readonly bool _scores, _round;

    /// <summary>Starts a file.</summary>
    /// <param name="path">The file; it is replaced when it exists.</param>
    /// <param name="scores">Whether to write the column <c>score</c>; a particle without one leaves it empty.</param>
    /// <param name="round">Whether to round coordinates to whole pixels.</param>
    /// <exception cref="TopazException">The file cannot be written there.</exception>
    public ParticleWriter(string path, bool scores = true, bool round = false)
    {
        (_path, _scores, _round) = (path, scores, round);
        _file = Guarded(() => new AtomicFile(path));
        _rows = CsvWriter.Create(_file.Stream, Options, leaveOpen: true);
        WriteHeader();
    }

    /// <summary>Starts text; the writer stays open.</summary>
    public ParticleWriter(TextWriter text, bool scores = true, bool round = false)
    {
        (_scores, _round) = (scores, round);
        _rows = CsvWriter.Create(text, Options, leaveOpen: true);
        WriteHeader();
    }

    private static CsvWriterOptions Options => new() { Separator = '\t', NewLine = "\n" };

    /// <summary>Writes the picks of one micrograph: coordinates so that they read back exactly, whole numbers plainly.</summary>
    /// <exception cref="TopazException">The disk is full or gone.</exception>
    public void Write(string micrograph, IEnumerable<Particle> particles)
    {
        ArgumentNullException.ThrowIfNull(particles);
        Guarded(() =>
        {
            foreach (Particle particle in particles)
            {
                _rows.WriteField(micrograph);
                _rows.WriteField(Rounded(particle.X), default);
                _rows.WriteField(Rounded(particle.Y), default);
                if (_scores)
                    _rows.WriteField(particle.HasScore ? particle.Score : (float?)null, default);
                _rows.EndRecord();
            }

            return 0;
        });
    }

    /// <summary>Ends the output and puts the file in place.</summary>
    /// <exception cref="TopazException">The disk is full or gone, or the file cannot be replaced.</exception>
    public void Complete() => Guarded(() =>
    {
        _rows.Flush();
        _rows.Dispose();
        _file?.Complete();
        return 0;
    });

    /// <summary>Closes the output; without <see cref="Complete"/> the file is given up.</summary>
    public void Dispose()
    {
        try
        {
            using (_file)
                _rows.Dispose();
        }
        catch (Exception failure) when (AtomicFile.IsOfTheDisk(failure))
        {
            // What matters was told by Write or Complete.
        }
    }

    // Adding 0 turns −0 into 0.
    private double Rounded(double coordinate) => _round ? Math.Floor(coordinate + 0.5) + 0.0 : coordinate;

    private void WriteHeader()
    {
        foreach (string column in (string[])["image_name", "x_coord", "y_coord"])
            _rows.WriteField(column);
        if (_scores)
            _rows.WriteField("score");
        _rows.EndRecord();
    }

    private T Guarded<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception failure) when (AtomicFile.IsOfTheDisk(failure))
        {
            throw TopazException.CannotWrite(_path, failure);
        }
    }
}
