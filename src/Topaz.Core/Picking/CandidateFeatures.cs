using Topaz.Images;
using Topaz.Particles;

namespace Topaz.Picking;

/// <summary>
/// What can be said about a candidate beside its score: contrast, local statistics, and neighbours. Input for a second
/// classifier that ranks picks again.
/// </summary>
public static class CandidateFeatures
{
    private static readonly double[] Rings = [0.5, 1, 1.5, 2];

    /// <summary>The features' names, in the order of <see cref="Compute"/>. Distances are in radii; grey values in standard deviations of the micrograph.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "Score", "MeanScore", "Peak", "Rank",
        "Mean", "Contrast", "Deviation", "RingDeviation",
        "Profile0", "Profile1", "Profile2", "Profile3",
        "NearestDistance", "NearestScore", "Neighbours", "BorderDistance",
    ];

    /// <summary>Computes the features of all candidates of one micrograph.</summary>
    /// <param name="micrograph">The prepared micrograph.</param>
    /// <param name="scores">Its map of log-odds, of the same size.</param>
    /// <param name="candidates">Candidates with scores, in pixels of this micrograph; those outside it get zeros for what needs pixels.</param>
    /// <param name="radius">The particle's radius, in pixels of this micrograph.</param>
    /// <returns>One row of <see cref="Names"/>.Count numbers for each candidate, row after row. All are finite if scores are.</returns>
    /// <exception cref="ArgumentException">The map's size is not the micrograph's.</exception>
    public static float[] Compute(Micrograph micrograph, Micrograph scores, IReadOnlyList<Particle> candidates, int radius)
    {
        ArgumentNullException.ThrowIfNull(micrograph);
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(radius);
        if (scores.Width != micrograph.Width || scores.Height != micrograph.Height)
            throw new ArgumentException($"The map of scores is {scores.Width} x {scores.Height}, the micrograph {micrograph.Width} x {micrograph.Height}.", nameof(scores));

        (double mean, double deviation) = Moments.Of(micrograph.Pixels);
        if (!(deviation > 0))
            deviation = 1;
        float[] ranks = Ranks(candidates);
        float[] features = new float[candidates.Count * Names.Count];
        Parallel.For(0, candidates.Count, i =>
        {
            Particle candidate = candidates[i];
            Span<float> row = features.AsSpan(i * Names.Count, Names.Count);
            (row[0], row[3]) = (candidate.Score, ranks[i]);
            Surroundings(row, micrograph, scores, candidate, radius, mean, deviation);
            Neighbours(row[12..15], candidates, i, radius);
            double border = Math.Min(Math.Min(candidate.X, candidate.Y), Math.Min(micrograph.Width - 1 - candidate.X, micrograph.Height - 1 - candidate.Y));
            row[15] = (float)(border / radius);
        });
        return features;
    }

    /// <summary>The share of candidates with a better score: 0 for the best.</summary>
    private static float[] Ranks(IReadOnlyList<Particle> candidates)
    {
        int[] order = [.. Enumerable.Range(0, candidates.Count).OrderByDescending(i => candidates[i].Score)];
        float[] ranks = new float[order.Length];
        for (int rank = 0; rank < order.Length; rank++)
            ranks[order[rank]] = (float)rank / order.Length;
        return ranks;
    }

    /// <summary>Grey values and scores by distance from the candidate: within half a radius, one, one and a half, two.</summary>
    private static void Surroundings(
        Span<float> row, Micrograph micrograph, Micrograph scores, Particle candidate, int radius, double mean, double deviation)
    {
        if (!Disc.TryGetPixel(candidate, micrograph.Width, micrograph.Height, out int x, out int y))
            return;
        Span<RunningMoments> rings = stackalloc RunningMoments[Rings.Length];
        RunningMoments inner = default, outer = default, scoreInside = default;
        int reach = (int)(Rings[^1] * radius);
        for (int v = Math.Max(0, y - reach); v <= Math.Min(micrograph.Height - 1, y + reach); v++)
        {
            for (int u = Math.Max(0, x - reach); u <= Math.Min(micrograph.Width - 1, x + reach); u++)
            {
                double distance = Math.Sqrt((u - x) * (u - x) + (v - y) * (v - y)) / radius;
                int ring = 0;
                while (ring < Rings.Length && distance > Rings[ring])
                    ring++;
                if (ring == Rings.Length)
                    continue;
                double value = (micrograph[u, v] - mean) / deviation;
                rings[ring].Add(value);
                if (distance <= 1)
                {
                    inner.Add(value);
                    scoreInside.Add(scores[u, v]);
                }
                else
                {
                    outer.Add(value);
                }
            }
        }

        (row[1], row[2]) = ((float)scoreInside.Mean, (float)(candidate.Score - scoreInside.Mean));
        (row[4], row[5]) = ((float)inner.Mean, (float)(inner.Mean - outer.Mean));
        (row[6], row[7]) = ((float)inner.Deviation, (float)outer.Deviation);
        for (int ring = 0; ring < Rings.Length; ring++)
            row[8 + ring] = (float)rings[ring].Mean;
    }

    /// <summary>Distance (at most 10 radii) and score of the nearest other candidate, and how many lie within 4 radii.</summary>
    private static void Neighbours(Span<float> row, IReadOnlyList<Particle> candidates, int index, int radius)
    {
        const double Far = 10, Near = 4;
        Particle candidate = candidates[index];
        double nearest = Far * radius;
        (row[0], row[1]) = ((float)Far, 0);
        for (int j = 0; j < candidates.Count; j++)
        {
            if (j == index)
                continue;
            double dx = candidates[j].X - candidate.X, dy = candidates[j].Y - candidate.Y;
            double distance = Math.Sqrt(dx * dx + dy * dy);
            if (distance <= Near * radius)
                row[2]++;
            if (distance < nearest)
                (nearest, row[0], row[1]) = (distance, (float)(distance / radius), candidates[j].Score);
        }
    }

    /// <summary>Mean and standard deviation of numbers as they come (Welford, Technometrics 4:419, 1962).</summary>
    private struct RunningMoments
    {
        private int _count;
        private double _squares;

        public double Mean { get; private set; }

        public readonly double Deviation => _count > 0 ? Math.Sqrt(_squares / _count) : 0;

        public void Add(double value)
        {
            double off = value - Mean;
            Mean += off / ++_count;
            _squares += off * (value - Mean);
        }
    }
}
