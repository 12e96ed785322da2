using System.Globalization;

namespace Topaz.Particles;

/// <summary>
/// Boxes of EMAN, one file for each micrograph, which gives the file its name: lines of x and y of the corner with the smallest of both, width,
/// height and perhaps a score, separated by blanks; EMAN1 writes −3 in its place, in all lines. The particle is in the middle of its box. Whether y counts from the top or the bottom depends on
/// the program; <see cref="ParticleFileOptions.YFromBottom"/> says it.
/// </summary>
internal static class BoxFormat
{
    // What EMAN1 writes behind every box.
    private const float Mark = -3;

    private const double Largest = 1e9;

    private static readonly char[] s_blanks = [' ', '\t', ','];

    internal static void Read(TextReader text, string file, ParticleTable particles)
    {
        string micrograph = MicrographName.Of(Path.ChangeExtension(file, null));
        List<Particle> boxes = [];
        int number = 0;
        while (text.ReadLine() is { } line)
        {
            number++;
            string[] words = line.Split(s_blanks, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words.Length == 0 || words[0].StartsWith('#'))
                continue;
            if (words.Length < 4)
                throw Bad("has fewer than four numbers");
            double[] numbers = [.. words.Take(5).Select(Number)];
            (double x, double y, double width, double height) = (numbers[0], numbers[1], numbers[2], numbers[3]);
            if (!(width is >= 0 and <= Largest && height is >= 0 and <= Largest))
                throw Bad("has a box of impossible size");
            boxes.Add(new Particle(x + width / 2, y + height / 2, numbers.Length > 4 ? Particle.ScoreFrom(numbers[4]) : float.NaN));
        }

        bool marked = boxes.TrueForAll(box => box.Score == Mark);
        particles.Add(micrograph, boxes.Select(box => marked ? box with { Score = float.NaN } : box));

        double Number(string word) => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : throw Bad($"holds '{TopazException.Quoted(word)}', which is no finite number");

        TopazException Bad(string what) => new(string.Create(CultureInfo.InvariantCulture,
            $"{file}: line {number} {what}; a line of a BOX file is x, y, width, height and perhaps a score."));
    }

    internal static void Write(TextWriter text, string file, IEnumerable<Particle> particles, ParticleFileOptions options)
    {
        double size = options.BoxSize;
        if (!(size > 0 && double.IsFinite(size)))
            throw new TopazException($"{file}: a BOX file needs the size of the boxes; give it in pixels.");
        foreach (Particle particle in particles)
        {
            text.Write(string.Create(CultureInfo.InvariantCulture,
                $"{particle.X - size / 2}\t{particle.Y - size / 2}\t{size}\t{size}{(particle.HasScore ? $"\t{particle.Score.ToString(CultureInfo.InvariantCulture)}" : "")}\n"));
        }
    }
}
