using Topaz.Particles;

namespace Topaz.Picking;

/// <summary>A filament, as the chain of picks along it.</summary>
/// <param name="Picks">At least two picks, from one end to the other.</param>
public sealed record Filament(IReadOnlyList<Particle> Picks)
{
    /// <summary>Length along the picks, in their pixels.</summary>
    public double Length => Picks.Zip(Picks.Skip(1), Distance).Sum();

    /// <summary>Mean score of the picks.</summary>
    public float Score => Picks.Average(pick => pick.Score);

    /// <summary>
    /// The ends of straight pieces that follow the filament, two by two, as helical reconstruction takes them: start, end, start,
    /// end, …, each with the filament's score. Pieces of a bent filament share their ends.
    /// </summary>
    /// <param name="tolerance">How far a pick may lie beside its piece, in pixels (Douglas and Peucker, 1973).</param>
    public IReadOnlyList<Particle> EndPoints(double tolerance)
    {
        List<Particle> ends = [];
        float score = Score;
        AddPieces(0, Picks.Count - 1);
        return ends;

        void AddPieces(int first, int last)
        {
            (int farthest, double most) = (first, tolerance);
            for (int i = first + 1; i < last; i++)
            {
                if (DistanceFromPiece(Picks[i], Picks[first], Picks[last]) is double distance && distance > most)
                    (farthest, most) = (i, distance);
            }

            if (farthest == first)
            {
                ends.Add(Picks[first] with { Score = score });
                ends.Add(Picks[last] with { Score = score });
                return;
            }

            AddPieces(first, farthest);
            AddPieces(farthest, last);
        }
    }

    /// <summary>Distance between two particles, in their pixels.</summary>
    internal static double Distance(Particle a, Particle b) => Math.Sqrt((a.X - b.X) * (a.X - b.X) + (a.Y - b.Y) * (a.Y - b.Y));

    /// <summary>Distance of a particle from a straight piece.</summary>
    internal static double DistanceFromPiece(Particle particle, Particle start, Particle end)
    {
        (double dx, double dy) = (end.X - start.X, end.Y - start.Y);
        double along = Math.Clamp(
            ((particle.X - start.X) * dx + (particle.Y - start.Y) * dy) / Math.Max(dx * dx + dy * dy, double.Epsilon), 0, 1);
        return Distance(particle, new Particle(start.X + along * dx, start.Y + along * dy));
    }
}
