namespace Topaz.Particles;

/// <summary>
/// Coordinate tables of the Python tool: tab-separated <c>image_name x_coord y_coord [score]</c>, in pixels from the top left, columns in
/// any order; without a header the columns come in this order.
/// </summary>
internal static class TableFormat
{
    internal static readonly string[] Columns = ["image_name", "x_coord", "y_coord", "score"];

    internal static void Read(TextReader text, string file, ParticleTable particles)
    {
        using TabSeparatedReader rows = new(text, file, Columns, required: 3);
        while (rows.Read())
        {
            float score = rows.Has(3) ? Particle.ScoreFrom(rows.Number(3)) : float.NaN;
            particles.Add(rows.Micrograph(0), new Particle(rows.Number(1), rows.Number(2), score));
        }
    }

    internal static void Write(TextWriter text, ParticleTable particles, bool round)
    {
        using ParticleWriter writer = new(text, particles.HasScores, round);
        foreach (string micrograph in particles.Micrographs)
            writer.Write(micrograph, particles[micrograph]);
        writer.Complete();
    }
}
