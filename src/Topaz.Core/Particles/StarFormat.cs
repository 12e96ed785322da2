using System.Globalization;

namespace Topaz.Particles;

/// <summary>
/// Coordinates in RELION's STAR files: the first table with <c>_rlnCoordinateX</c> and <c>_rlnCoordinateY</c>, in pixels of the micrograph from the top
/// left, with <c>_rlnMicrographName</c> and perhaps <c>_rlnAutopickFigureOfMerit</c>, the score. A file of one micrograph may do without names; then its own is the
/// micrograph's, without RELION's <c>_autopick</c> or <c>_manualpick</c>. Shifts (<c>_rlnOriginX</c>) are not added.
/// </summary>
public static class StarFormat
{
    private const string Name = "_rlnMicrographName", X = "_rlnCoordinateX", Y = "_rlnCoordinateY", Score = "_rlnAutopickFigureOfMerit";

    // What RELION writes where there is no score.
    private const double NoScore = -999;
    private static readonly string[] s_suffixes = ["_autopick", "_manualpick", "_topazpicks", "_topazpick", "_picks"];

    /// <summary>The same file with other coordinates: all else stays as it is.</summary>
    /// <param name="star">A file with coordinates; it is changed.</param>
    /// <param name="file">How errors call it.</param>
    /// <param name="scale">Coordinates are multiplied by this.</param>
    /// <param name="threshold">Particles with a score below are left out; those without a score stay.</param>
    /// <returns>How many particles stay.</returns>
    /// <exception cref="TopazException">It holds no coordinates, or what is no number.</exception>
    public static int Rewrite(StarFile star, string file, double scale, double threshold = double.NegativeInfinity)
    {
        ArgumentNullException.ThrowIfNull(star);
        StarBlock block = Coordinates(star, file);
        (int x, int y, int score) = (block.IndexOf(X), block.IndexOf(Y), block.IndexOf(Score));
        if (score >= 0 && threshold > double.NegativeInfinity)
            block.Rows.RemoveAll(row => Number(row[score], Score, file) is not NoScore and double value && value < threshold);
        if (scale != 1)
        {
            foreach (string[] row in block.Rows)
            {
                foreach (int column in (int[])[x, y])
                    row[column] = Text(Number(row[column], block.Columns[column], file) * scale);
            }
        }

        return block.Rows.Count;
    }

    /// <summary>The columns beside names, coordinates and scores, which other formats have no place for.</summary>
    /// <exception cref="TopazException">The file holds no coordinates.</exception>
    public static IEnumerable<string> OtherColumns(StarFile star, string file) => Coordinates(star, file).Columns.Except([Name, X, Y, Score]);

    internal static void Read(TextReader text, string file, ParticleTable particles)
    {
        StarBlock block = Coordinates(StarFile.Read(text, file), file);
        (int name, int x, int y, int score) = (block.IndexOf(Name), block.IndexOf(X), block.IndexOf(Y), block.IndexOf(Score));
        string ownName = MicrographName.Of(Path.ChangeExtension(file, null));
        if (s_suffixes.FirstOrDefault(suffix => ownName.EndsWith(suffix, StringComparison.Ordinal)) is { } known)
            ownName = ownName[..^known.Length];
        if (name < 0)
            particles.Add(ownName);
        foreach (string[] row in block.Rows)
        {
            double figure = score < 0 ? NoScore : Number(row[score], Score, file);
            particles.Add(
                name < 0 ? ownName : MicrographName.Of(row[name]),
                new Particle(Number(row[x], X, file), Number(row[y], Y, file), figure == NoScore ? float.NaN : (float)figure));
        }
    }

    internal static void Write(TextWriter text, ParticleTable particles, ParticleFileOptions options)
    {
        var block = new StarBlock("") { IsTable = true };
        bool scores = particles.HasScores;
        block.Columns.AddRange([Name, X, Y, .. scores ? (string[])[Score] : [], .. options.StarColumns.Select(column => column.Column)]);
        foreach (string micrograph in particles.Micrographs)
        {
            string image = options.ImagePath(micrograph);
            foreach (Particle particle in particles[micrograph])
            {
                string[] score = scores ? [particle.HasScore ? particle.Score.ToString(CultureInfo.InvariantCulture) : Text(NoScore)] : [];
                block.Rows.Add([image, Text(particle.X), Text(particle.Y), .. score, .. options.StarColumns.Select(column => column.Value)]);
            }
        }

        new StarFile { Blocks = { block } }.Write(text);
    }

    private static StarBlock Coordinates(StarFile star, string file) =>
        star.Blocks.Find(block => block.IsTable && block.IndexOf(X) >= 0 && block.IndexOf(Y) >= 0)
        ?? throw new TopazException($"{file}: no table in it has {X} and {Y}; give a STAR file of particles or picks.");

    private static double Number(string text, string column, string file) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : throw new TopazException($"{file}: {column} holds '{TopazException.Quoted(text)}', which is no finite number.");

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
