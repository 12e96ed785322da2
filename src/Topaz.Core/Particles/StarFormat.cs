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
    /// <param name="options">Whether y is to be turned over, before it is scaled, and columns to write, in place of those that are there.</param>
    /// <returns>How many particles stay.</returns>
    /// <exception cref="TopazException">It holds no coordinates, or what is no number.</exception>
    public static int Rewrite(StarFile star, string file, double scale, double threshold = double.NegativeInfinity, ParticleFileOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(star);
        StarBlock block = Coordinates(star, file);
        // What is no number is told before anything is changed.
        Read(star, file, new ParticleTable());
        options ??= new ParticleFileOptions();
        (int name, int x, int y, int score) = (block.IndexOf(Name), block.IndexOf(X), block.IndexOf(Y), block.IndexOf(Score));
        List<string[]> kept = [];
        for (int i = 0; i < block.Rows.Count; i++)
        {
            string[] row = block.Rows[i];
            if (score >= 0 && Number(block, i, score, file) is not NoScore and double value && value < threshold)
                continue;
            if (options.YFromBottom)
                row[y] = Text(options.SizeOf(name < 0 ? NamedAfter(file) : MicrographName.Of(row[name]), file).Height - 1 - Number(block, i, y, file));
            if (scale != 1)
                (row[x], row[y]) = (Text(Number(block, i, x, file) * scale), Text(Number(block, i, y, file) * scale));
            kept.Add(row);
        }

        block.Rows.Clear();
        block.Rows.AddRange(kept);
        block.Lines.Clear();
        foreach ((string column, string value) in options.StarColumns)
            Set(block, column, value);
        return block.Rows.Count;
    }

    /// <summary>The columns beside names, coordinates and scores, which other formats have no place for.</summary>
    /// <exception cref="TopazException">The file holds no coordinates.</exception>
    public static IEnumerable<string> OtherColumns(StarFile star, string file) => Coordinates(star, file).Columns.Except([Name, X, Y, Score]);

    internal static void Read(TextReader text, string file, ParticleTable particles) => Read(StarFile.Read(text, file), file, particles);

    private static void Read(StarFile star, string file, ParticleTable particles)
    {
        StarBlock block = Coordinates(star, file);
        (int name, int x, int y, int score) = (block.IndexOf(Name), block.IndexOf(X), block.IndexOf(Y), block.IndexOf(Score));
        string ownName = NamedAfter(file);
        if (name < 0)
            particles.Add(ownName);
        for (int i = 0; i < block.Rows.Count; i++)
        {
            string micrograph = name < 0 ? ownName : MicrographName.Of(block.Rows[i][name]);
            if (micrograph.Length == 0)
                throw new TopazException($"{file}: {Place(block, i)} has {Name} '{TopazException.Quoted(block.Rows[i][name])}', which names no image.");
            double figure = score < 0 ? NoScore : Number(block, i, score, file);
            particles.Add(
                micrograph,
                new Particle(Number(block, i, x, file), Number(block, i, y, file), figure == NoScore ? float.NaN : Particle.ScoreFrom(figure)));
        }
    }

    private static string NamedAfter(string file)
    {
        string name = MicrographName.Of(Path.ChangeExtension(file, null));
        return s_suffixes.FirstOrDefault(suffix => name.EndsWith(suffix, StringComparison.Ordinal)) is { } known ? name[..^known.Length] : name;
    }

    private static void Set(StarBlock block, string column, string value)
    {
        int place = block.IndexOf(column);
        if (place < 0)
            block.Columns.Add(column);
        for (int i = 0; i < block.Rows.Count; i++)
        {
            if (place < 0)
                block.Rows[i] = [.. block.Rows[i], value];
            else
                block.Rows[i][place] = value;
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

    private static double Number(StarBlock block, int row, int column, string file)
    {
        string text = block.Rows[row][column];
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : throw new TopazException($"{file}: {Place(block, row)} has {block.Columns[column]} '{TopazException.Quoted(text)}', which is no finite number; correct it.");
    }

    private static string Place(StarBlock block, int row) => row < block.Lines.Count ? $"line {block.Lines[row]}" : $"row {row + 1}";

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
