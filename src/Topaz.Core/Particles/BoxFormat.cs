using System.Globalization;

namespace Topaz.Particles;

/// <summary>
/// Boxes of EMAN, one file for each micrograph, which gives the file its name: lines of x and y of the corner with the smallest of both, width,
/// height and perhaps a score, separated by blanks. The particle is in the middle of its box. Whether y counts from the top or the bottom depends on
/// the program; <see cref="ParticleFileOptions.YFromBottom"/> says it.
/// </summary>
internal static class BoxFormat
{
    private static readonly char[] s_blanks = [' ', '\t', ','];

    internal static void Read(TextReader text, string file, ParticleTable particles, ParticleFileOptions options)
    {
        string micrograph = MicrographName.Of(Path.ChangeExtension(file, null));
        particles.Add(micrograph);
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
            particles.Add(micrograph, new Particle(
                x + width / 2, options.Y(y + height / 2, micrograph, file), numbers.Length > 4 ? (float)numbers[4] : float.NaN));
        }

        double Number(string word) => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : throw Bad($"holds '{TopazException.Quoted(word)}', which is no finite number");

        TopazException Bad(string what) => new(string.Create(CultureInfo.InvariantCulture,
            $"{file}: line {number} {what}; a line of a BOX file is x, y, width, height and perhaps a score."));
    }

    internal static void Write(TextWriter text, string file, string micrograph, IEnumerable<Particle> particles, ParticleFileOptions options)
    {
        double size = options.BoxSize;
        if (!(size > 0 && double.IsFinite(size)))
            throw new TopazException($"{file}: a BOX file needs the size of the boxes; give it in pixels.");
        foreach (Particle particle in particles)
        {
            text.Write(string.Create(CultureInfo.InvariantCulture,
                $"{particle.X - size / 2}\t{options.Y(particle.Y, micrograph, file) - size / 2}\t{size}\t{size}{(particle.HasScore ? $"\t{particle.Score.ToString(CultureInfo.InvariantCulture)}" : "")}\n"));
        }
    }
}
