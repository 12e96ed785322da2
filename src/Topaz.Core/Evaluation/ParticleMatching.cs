using Topaz.Particles;

namespace Topaz.Evaluation;

/// <summary>
/// Matches predictions with targets of one micrograph, one to one, so that Σ min(d² − R², 0) is least; a match is closer than R.
/// </summary>
/// <remarks>
/// Only pairs closer than R can lower the sum, so the problem is sparse: it falls apart into clusters of particles within R of
/// each other. Each prediction in turn gets a shortest augmenting path (Jonker and Volgenant, Computing 38:325, 1987) over
/// these pairs, which never leaves its cluster and usually ends after a step or two. Staying alone is a path of cost 0.
/// </remarks>
public static class ParticleMatching
{
    /// <summary>Matches predictions with targets.</summary>
    /// <param name="predictions">Picks; their scores play no role.</param>
    /// <param name="targets">Labels.</param>
    /// <param name="radius">R, in pixels; a pair at exactly this distance does not match.</param>
    public static MatchResult Match(IReadOnlyList<Particle> predictions, IReadOnlyList<Particle> targets, double radius)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(targets);
        if (!double.IsFinite(radius) || radius <= 0)
            throw new ArgumentOutOfRangeException(nameof(radius), radius, "A match radius must be positive.");
        Pair[][] pairs = PairsCloserThan(radius, predictions, targets);
        int[] targetOf = new Assignment(pairs, targets.Count).Solve();
        double[] distances = [.. targetOf.Select((target, i) =>
            target < 0 ? double.PositiveInfinity : Math.Sqrt(SquaredDistance(predictions[i], targets[target])))];
        return new MatchResult(targetOf, distances);
    }

    private static double SquaredDistance(Particle a, Particle b) => (a.X - b.X) * (a.X - b.X) + (a.Y - b.Y) * (a.Y - b.Y);

    /// <summary>For each prediction the targets within reach, found through a grid of cells of size R.</summary>
    private static Pair[][] PairsCloserThan(double radius, IReadOnlyList<Particle> predictions, IReadOnlyList<Particle> targets)
    {
        (long X, long Y) CellOf(Particle particle) => ((long)Math.Floor(particle.X / radius), (long)Math.Floor(particle.Y / radius));

        Dictionary<(long X, long Y), List<int>> cells = [];
        for (int j = 0; j < targets.Count; j++)
        {
            (long X, long Y) cell = CellOf(targets[j]);
            if (!cells.TryGetValue(cell, out List<int>? members))
                cells.Add(cell, members = []);
            members.Add(j);
        }

        Pair[][] pairs = new Pair[predictions.Count][];
        List<Pair> near = [];
        for (int i = 0; i < pairs.Length; i++)
        {
            near.Clear();
            (long x, long y) = CellOf(predictions[i]);
            for (long dy = -1; dy <= 1; dy++)
            {
                for (long dx = -1; dx <= 1; dx++)
                {
                    if (!cells.TryGetValue((x + dx, y + dy), out List<int>? members))
                        continue;
                    foreach (int j in members)
                    {
                        double cost = SquaredDistance(predictions[i], targets[j]) - radius * radius;
                        if (cost < 0)
                            near.Add(new Pair(j, cost));
                    }
                }
            }

            pairs[i] = [.. near];
        }

        return pairs;
    }

    /// <summary>A target within reach and what matching it costs, less than 0.</summary>
    internal readonly record struct Pair(int Target, double Cost);
}
