using Topaz.Particles;

namespace Topaz.Picking;

/// <summary>A filament, as points along its axis.</summary>
/// <param name="Points">At least two points, from one end to the other, with the scores there.</param>
public sealed record Filament(IReadOnlyList<Particle> Points)
{
    /// <summary>Length along the points, in their pixels.</summary>
    public double Length { get; } = Points.Zip(Points.Skip(1), Distance).Sum();

    /// <summary>Mean score of the points.</summary>
    public float Score { get; } = Points.Average(point => point.Score);

    /// <summary>
    /// The ends of straight pieces that follow the filament, two by two, as helical reconstruction takes them: start, end, start,
    /// end, …, each with the filament's score. Pieces of a bent filament share their ends; those shorter than four times the
    /// tolerance, such as hooks at an end, are left out.
    /// </summary>
    /// <param name="tolerance">How far a point may lie beside its piece, in pixels (Douglas and Peucker, 1973).</param>
    public IReadOnlyList<Particle> EndPoints(double tolerance)
    {
        List<Particle> ends = [];
        AddPieces(0, Points.Count - 1);
        return ends;

        void AddPieces(int first, int last)
        {
            (int farthest, double most) = (first, tolerance);
            for (int i = first + 1; i < last; i++)
            {
                if (DistanceFromPiece(Points[i], Points[first], Points[last]) is double distance && distance > most)
                    (farthest, most) = (i, distance);
            }

            if (farthest == first)
            {
                if (Distance(Points[first], Points[last]) >= 4 * tolerance)
                    ends.AddRange([Points[first] with { Score = Score }, Points[last] with { Score = Score }]);
                return;
            }

            AddPieces(first, farthest);
            AddPieces(farthest, last);
        }
    }

    /// <summary>Distance of a point from the filament, in its pixels.</summary>
    public double DistanceTo(Particle point) =>
        Points.Zip(Points.Skip(1)).Min(piece => DistanceFromPiece(point, piece.First, piece.Second));

    /// <summary>Whether who stands at a point and looks in a direction walks on this filament, rather than across it.</summary>
    internal bool RunsAlong(Particle point, double direction, double distance, double angle) => Points.Zip(Points.Skip(1)).Any(piece =>
    {
        (double dx, double dy) = (piece.Second.X - piece.First.X, piece.Second.Y - piece.First.Y);
        double along = dx * Math.Cos(direction) + dy * Math.Sin(direction);
        return Math.Abs(along) >= Math.Cos(angle) * Math.Sqrt(dx * dx + dy * dy) && DistanceFromPiece(point, piece.First, piece.Second) <= distance;
    });

    /// <summary>Distance between two points, in their pixels.</summary>
    internal static double Distance(Particle a, Particle b) => Math.Sqrt((a.X - b.X) * (a.X - b.X) + (a.Y - b.Y) * (a.Y - b.Y));

    private static double DistanceFromPiece(Particle point, Particle start, Particle end)
    {
        (double dx, double dy) = (end.X - start.X, end.Y - start.Y);
        double along = Math.Clamp(((point.X - start.X) * dx + (point.Y - start.Y) * dy) / Math.Max(dx * dx + dy * dy, double.Epsilon), 0, 1);
        return Distance(point, new Particle(start.X + along * dx, start.Y + along * dy));
    }
}
