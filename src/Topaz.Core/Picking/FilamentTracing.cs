using Topaz.Images;
using Topaz.Particles;

namespace Topaz.Picking;

/// <summary>Follows filaments along the ridges that they make in a map of scores.</summary>
public static class FilamentTracing
{
    /// <summary>Steps that are looked ahead: enough to bridge a gap of two, and to go straight on where filaments cross.</summary>
    private const int Ahead = 3;

    /// <summary>Directions that are tried at each step, in degrees to either side.</summary>
    private const int LargestTurn = 40, TurnStep = 5;

    /// <summary>Directions closer than this are the same filament's, in degrees.</summary>
    private const double SameDirection = 25;

    /// <summary>
    /// Starts at the best pick, in the direction of the largest scores, and goes on both ways in steps of the radius, each time in the
    /// direction in which the scores ahead are largest, kept on the middle of the ridge; then starts again with the best pick that
    /// no filament so far passes.
    /// </summary>
    /// <param name="scoreMap">Log-odds; along a filament their mean is above the threshold.</param>
    /// <param name="picks">Picks of this map, best first, as <see cref="NonMaximumSuppression.Pick"/> gives them.</param>
    /// <param name="radius">The radius they were picked with, about the filament's, in pixels of the map.</param>
    /// <param name="threshold">The threshold they were picked with.</param>
    /// <param name="minLength">Shorter filaments are left out, in pixels of the map.</param>
    /// <returns>Filaments, best first.</returns>
    public static IReadOnlyList<Filament> Trace(
        Micrograph scoreMap, IReadOnlyList<Particle> picks, int radius, float threshold, double minLength = 0)
    {
        ArgumentNullException.ThrowIfNull(scoreMap);
        ArgumentNullException.ThrowIfNull(picks);
        var ridge = new Ridge(scoreMap, Math.Max(1, radius), threshold);
        List<Filament> found = [];
        foreach (Particle pick in picks)
        {
            // A score that is no higher beside a filament than on it belongs to it, a little beyond its radius as well.
            if (found.Any(filament => filament.DistanceTo(pick) <= 1.5 * ridge.Step))
                continue;
            if (ridge.Follow(pick, found) is { } filament)
                found.Add(filament);
        }

        return [.. found.Where(filament => filament.Length >= minLength).OrderByDescending(filament => filament.Score)];
    }

    /// <summary>A map of scores to walk on, in steps of the radius.</summary>
    private sealed class Ridge(Micrograph map, double step, float threshold)
    {
        public double Step => step;

        /// <summary>The filament through a pick; null where there is none, or only others' that were found before.</summary>
        public Filament? Follow(Particle start, List<Filament> others)
        {
            double direction = Enumerable.Range(0, 180 / TurnStep).Select(i => Radians(i * TurnStep))
                .MaxBy(angle => Mean(Moved(start, angle, -Ahead * step), Moved(start, angle, Ahead * step)));
            List<Particle> points = [.. Walk(start, direction + Math.PI, others)];
            points.Reverse();
            points.Add(start);
            points.AddRange(Walk(start, direction, others));
            // One step looks ahead over the end; what lies beyond is cut off.
            Trim(points);
            points.Reverse();
            Trim(points);
            return points.Count < 2 ? null : new Filament([.. points.Select(point => point with { Score = ScoreAt(point) })]);
        }

        private IEnumerable<Particle> Walk(Particle at, double direction, List<Filament> others)
        {
            // A ridge that closes to a ring would be followed for ever.
            for (int steps = (map.Width + map.Height) * 2; steps > 0; steps--)
            {
                (direction, double ahead) = Turned(at, direction);
                if (!(ahead > threshold))
                    yield break;
                at = Centred(Moved(at, direction, step), direction);
                if (!Contains(at) || others.Any(other => other.RunsAlong(at, direction, step, Radians(SameDirection))))
                    yield break;
                yield return at;
            }
        }

        /// <summary>The direction in which the scores ahead are largest, and their mean. Turns cost, so that a filament is left for another
        /// one that crosses it only where it ends.</summary>
        private (double Direction, double Mean) Turned(Particle at, double direction)
        {
            (double best, double most, double mean) = (direction, double.NegativeInfinity, double.NegativeInfinity);
            for (int turn = -LargestTurn; turn <= LargestTurn; turn += TurnStep)
            {
                double angle = direction + Radians(turn), ahead = Mean(at, Moved(at, angle, Ahead * step)), cosine = Math.Cos(Radians(turn));
                if ((ahead - threshold) * cosine * cosine is double worth && worth > most)
                    (best, most, mean) = (angle, worth, ahead);
            }

            return (best, mean);
        }

        /// <summary>A point brought to the middle of the ridge, at most half a radius to the side.</summary>
        private Particle Centred(Particle point, double direction)
        {
            double weights = 0, sum = 0;
            for (double side = -step; side <= step; side += step / 8)
            {
                Particle beside = Moved(point, direction + Math.PI / 2, side);
                double weight = Math.Max(0, Mean(Moved(beside, direction, -step), Moved(beside, direction, step)) - threshold);
                weights += weight;
                sum += weight * side;
            }

            return weights > 0 ? Moved(point, direction + Math.PI / 2, Math.Clamp(sum / weights, -step / 2, step / 2)) : point;
        }

        private void Trim(List<Particle> points)
        {
            while (points.Count > 1 && !(Mean(points[^2], points[^1]) > threshold))
                points.RemoveAt(points.Count - 1);
        }

        /// <summary>Mean score on a straight line; what lies outside of the map does not score.</summary>
        private double Mean(Particle from, Particle to)
        {
            int count = Math.Max(1, (int)Math.Ceiling(Filament.Distance(from, to)));
            double sum = 0;
            int inside = 0;
            for (int i = 0; i <= count; i++)
            {
                double share = (double)i / count;
                Particle point = new(from.X + share * (to.X - from.X), from.Y + share * (to.Y - from.Y));
                if (!Contains(point))
                    continue;
                sum += ScoreAt(point);
                inside++;
            }

            return inside == 0 ? double.NegativeInfinity : sum / inside;
        }

        private float ScoreAt(Particle point) => map[(int)Math.Round(point.X), (int)Math.Round(point.Y)];

        private bool Contains(Particle point) =>
            point.X >= 0 && point.Y >= 0 && point.X <= map.Width - 1 && point.Y <= map.Height - 1;

        private static Particle Moved(Particle point, double direction, double distance) =>
            new(point.X + Math.Cos(direction) * distance, point.Y + Math.Sin(direction) * distance);

        private static double Radians(double degrees) => degrees * Math.PI / 180;
    }
}
