using Topaz.Images;
using Topaz.Particles;

namespace Topaz.Picking;

/// <summary>Links picks along filaments into chains.</summary>
public static class FilamentTracing
{
    /// <summary>Picks on a ridge of scores are one to two suppression radii apart; a third bridges a gap.</summary>
    private const double Reach = 3;

    /// <summary>A chain goes on in its direction, give or take 60°: picks lie a little to the left and right of the filament.</summary>
    private const double LeastCosine = 0.5;

    /// <summary>
    /// Starts at the best pick and goes on at both ends, each time to the nearest and straightest pick that the scores lead to, then
    /// starts again with the best pick that is left. Picks that lie beside a chain belong to it.
    /// </summary>
    /// <param name="scoreMap">Log-odds; between two linked picks their mean is above the threshold.</param>
    /// <param name="picks">Picks of this map, best first, as <see cref="NonMaximumSuppression.Pick"/> gives them.</param>
    /// <param name="radius">The radius they were picked with, in pixels of the map.</param>
    /// <param name="threshold">The threshold they were picked with.</param>
    /// <param name="minLength">Shorter filaments are left out, in pixels of the map; 0 keeps all chains of two picks or more.</param>
    /// <returns>Filaments, best first.</returns>
    public static IReadOnlyList<Filament> Trace(
        Micrograph scoreMap, IReadOnlyList<Particle> picks, int radius, float threshold, double minLength = 0)
    {
        ArgumentNullException.ThrowIfNull(scoreMap);
        ArgumentNullException.ThrowIfNull(picks);
        double reach = Reach * Math.Max(1, radius);
        ILookup<(int, int), int> cells = Enumerable.Range(0, picks.Count).ToLookup(i => Cell(picks[i]));
        bool[] used = new bool[picks.Count];
        List<Filament> filaments = [];
        for (int start = 0; start < picks.Count; start++)
        {
            if (used[start])
                continue;
            used[start] = true;
            List<int> chain = [start];
            while (Next(chain) is >= 0 and int next)
                Take(next);
            chain.Reverse();
            while (Next(chain) is >= 0 and int next)
                Take(next);
            if (chain.Count < 2)
                continue;
            Filament filament = new([.. chain.Select(i => picks[i])]);
            if (filament.Length >= minLength)
                filaments.Add(filament);

            void Take(int next)
            {
                foreach (int beside in Near(picks[next]))
                    used[beside] |= Filament.DistanceFromPiece(picks[beside], picks[chain[^1]], picks[next]) <= radius;
                used[next] = true;
                chain.Add(next);
            }
        }

        return [.. filaments.OrderByDescending(filament => filament.Score)];

        (int, int) Cell(Particle pick) => ((int)(pick.X / reach), (int)(pick.Y / reach));

        IEnumerable<int> Near(Particle pick)
        {
            (int column, int row) = Cell(pick);
            for (int y = row - 1; y <= row + 1; y++)
            {
                for (int x = column - 1; x <= column + 1; x++)
                {
                    foreach (int i in cells[(x, y)])
                        yield return i;
                }
            }
        }

        // The pick with which a chain goes on at its end; −1 where it ends.
        int Next(List<int> chain)
        {
            Particle end = picks[chain[^1]];
            // The direction of the last two steps, for one alone may go from the left of the filament to its right.
            Particle? before = chain.Count > 1 ? picks[chain[Math.Max(0, chain.Count - 3)]] : null;
            (int best, double least) = (-1, double.PositiveInfinity);
            foreach (int i in Near(end))
            {
                double distance = Filament.Distance(end, picks[i]);
                if (used[i] || distance > reach)
                    continue;
                double cosine = before is { } from ? Cosine(from, end, picks[i]) : 1;
                double cost = distance * (2 - cosine);
                if (cosine >= LeastCosine && cost < least && MeanScore(scoreMap, end, picks[i]) > threshold)
                    (best, least) = (i, cost);
            }

            return best;
        }
    }

    /// <summary>The cosine of the angle by which the way from a to b turns to reach c.</summary>
    private static double Cosine(Particle a, Particle b, Particle c) =>
        ((b.X - a.X) * (c.X - b.X) + (b.Y - a.Y) * (c.Y - b.Y)) / (Filament.Distance(a, b) * Filament.Distance(b, c));

    private static double MeanScore(Micrograph map, Particle a, Particle b)
    {
        int steps = (int)Math.Ceiling(Filament.Distance(a, b));
        double sum = 0;
        for (int i = 0; i <= steps; i++)
        {
            double share = (double)i / steps;
            sum += map[(int)Math.Round(a.X + share * (b.X - a.X)), (int)Math.Round(a.Y + share * (b.Y - a.Y))];
        }

        return sum / (steps + 1);
    }
}
