namespace Topaz.Particles;

/// <summary>
/// Coordinate files of the tab-separated kind: <c>image_name x_coord y_coord [score]</c>, in pixels from the top left, columns in
/// any order; without a header the columns come in this order.
/// </summary>
public static class ParticleFile
{
    private static readonly string[] Columns = ["image_name", "x_coord", "y_coord", "score"];

    /// <summary>Reads a coordinate file. Micrographs are named without folder and image extension.</summary>
    /// <exception cref="TopazException">The file is missing or empty, lacks a column, or holds something that is no finite
    /// number; the message names file, line and remedy.</exception>
    public static ParticleTable Read(string path)
    {
        using StreamReader text = TabSeparatedReader.Open(path);
        return Read(text, path);
    }

    /// <summary>Reads coordinates from text; <paramref name="file"/> is how errors call it.</summary>
    /// <exception cref="TopazException">As for a file.</exception>
    public static ParticleTable Read(TextReader text, string file = "coordinates")
    {
        using TabSeparatedReader rows = new(text, file, Columns, required: 3);
        ParticleTable particles = new();
        while (rows.Read())
        {
            float score = rows.Has(3) ? (float)rows.Number(3) : float.NaN;
            particles.Add(MicrographName.Of(rows.Text(0)), new Particle(rows.Number(1), rows.Number(2), score));
        }

        return particles;
    }

    /// <summary>Writes a coordinate file, all or nothing, with a score column if any particle has a score.</summary>
    /// <param name="path">The file; it is replaced when it exists.</param>
    /// <param name="particles">What to write, micrograph by micrograph.</param>
    /// <param name="round">Whether to round coordinates to whole pixels.</param>
    /// <exception cref="TopazException">The file cannot be written.</exception>
    public static void Write(string path, ParticleTable particles, bool round = false)
    {
        ArgumentNullException.ThrowIfNull(particles);
        using ParticleWriter writer = new(path, HasScores(particles), round);
        Write(writer, particles);
    }

    /// <summary>Writes coordinates as text, with a score column if any particle has a score.</summary>
    public static void Write(TextWriter text, ParticleTable particles, bool round = false)
    {
        ArgumentNullException.ThrowIfNull(particles);
        using ParticleWriter writer = new(text, HasScores(particles), round);
        Write(writer, particles);
    }

    private static void Write(ParticleWriter writer, ParticleTable particles)
    {
        foreach (string micrograph in particles.Micrographs)
            writer.Write(micrograph, particles[micrograph]);
        writer.Complete();
    }

    private static bool HasScores(ParticleTable particles) =>
        particles.Micrographs.Any(micrograph => particles[micrograph].Any(particle => particle.HasScore));
}
