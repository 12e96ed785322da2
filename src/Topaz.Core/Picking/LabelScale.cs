using System.Globalization;
using Topaz.Images;
using Topaz.Particles;

namespace Topaz.Picking;

/// <summary>Finds out whether labels belong to other pixels than those of the micrographs, the commonest mistake there is.</summary>
public static class LabelScale
{
    private const double Sure = 8, Clear = 1.5;

    private static readonly (double Factor, string Text)[] s_factors =
    [
        (1.0 / 16, "divided by 16"), (1.0 / 8, "divided by 8"), (1.0 / 6, "divided by 6"), (1.0 / 4, "divided by 4"), (1.0 / 3, "divided by 3"), (1.0 / 2, "divided by 2"),
        (2, "multiplied by 2"), (3, "multiplied by 3"), (4, "multiplied by 4"), (6, "multiplied by 6"), (8, "multiplied by 8"), (16, "multiplied by 16"),
    ];

    /// <summary>Compares the blobs at the labels as they are with those at scaled, flipped and transposed ones.</summary>
    /// <param name="micrographs">Micrographs with labels; a few are enough.</param>
    /// <param name="labels">Labels that should be in pixels of these micrographs.</param>
    /// <returns>A line that says what is likely wrong, and the remedy; null where nothing is, or nothing can be told.</returns>
    public static string? Suspect(IReadOnlyList<Micrograph> micrographs, ParticleTable labels)
    {
        ArgumentNullException.ThrowIfNull(micrographs);
        ArgumentNullException.ThrowIfNull(labels);
        Micrograph[] shrunk = [.. micrographs.Select(LabelBlob.Shrink)];
        double here = LabelBlob.SignificanceOf(shrunk, labels);
        if (here >= Sure)
            return null;
        var tried = new List<(double Significance, string Remedy)>();
        foreach ((double factor, string text) in s_factors)
        {
            Try(particle => particle with { X = particle.X * factor, Y = particle.Y * factor }, null, string.Create(CultureInfo.InvariantCulture,
                $"{text}: they seem to be of micrographs {(factor < 1 ? $"{1 / factor:0.#} times as large" : $"downsampled by {factor:0.#}")}; multiply them by {factor:0.####} (topaz scale_coordinates -s {factor:0.####}), or give the micrographs that they are of"));
        }

        Try(null, (micrograph, particle) => particle with { Y = micrograph.Height * micrograph.ScaleY - 1 - particle.Y },
            "with y counted from the bottom: their program counts rows from the last one; flip y in the file");
        Try(null, (_, particle) => particle with { X = particle.Y, Y = particle.X }, "with x and y exchanged: exchange the columns");
        (double Significance, string Remedy)[] best = [.. tried.OrderByDescending(change => change.Significance).Take(2)];
        return best.Length == 2 && best[0].Significance >= Math.Max(Sure, Clear * Math.Max(best[1].Significance, here))
            ? $"at the labels there is nothing that stands out, but there is at the labels {best[0].Remedy}"
            : null;

        void Try(Func<Particle, Particle>? change, Func<Micrograph, Particle, Particle>? within, string remedy)
        {
            var moved = new ParticleTable();
            foreach (Micrograph micrograph in shrunk)
                moved.Add(micrograph.Name, labels[micrograph.Name].Select(particle => change?.Invoke(particle) ?? within!(micrograph, particle)));
            // Labels that leave the image are of another scale.
            int inside = shrunk.Sum(micrograph => micrograph.Inside(moved[micrograph.Name]).Count());
            if (inside < 0.9 * moved.Count)
                return;
            tried.Add((LabelBlob.SignificanceOf(shrunk, moved), remedy));
        }
    }
}
