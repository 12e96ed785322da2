using Topaz.Images;

namespace Topaz.Picking;

/// <summary>Grey values in rings around a pixel.</summary>
internal sealed class RadialProfile
{
    /// <summary>The radius of the largest disc whose contrast is known.</summary>
    public const int LargestRadius = 90;

    /// <summary>The greatest distance: √2 (LargestRadius + 1), for the ring around the largest disc.</summary>
    public const int Reach = 129;

    private static readonly Neighbour[] s_neighbours = [.. Neighbours()];

    // Up to and including each distance: sums of grey values, of them times the cosine and the sine of twice the angle, and their number.
    private readonly double[] _sums = new double[Reach + 2], _cosines = new double[Reach + 2], _sines = new double[Reach + 2];
    private readonly int[] _counts = new int[Reach + 2];
    private readonly int _border;

    public RadialProfile(Micrograph micrograph, int x, int y)
    {
        (Micrograph, X, Y) = (micrograph.Name, x, y);
        _border = Math.Min(Math.Min(x, y), Math.Min(micrograph.Width - 1 - x, micrograph.Height - 1 - y));
        int reach = Math.Min(Reach, _border);
        foreach (Neighbour neighbour in s_neighbours)
        {
            if (neighbour.Distance > reach)
                break;
            float grey = micrograph[x + neighbour.X, y + neighbour.Y];
            _sums[neighbour.Distance + 1] += grey;
            _cosines[neighbour.Distance + 1] += grey * neighbour.Cosine;
            _sines[neighbour.Distance + 1] += grey * neighbour.Sine;
            _counts[neighbour.Distance + 1]++;
        }

        for (int i = 1; i < _sums.Length; i++)
        {
            _sums[i] += _sums[i - 1];
            _cosines[i] += _cosines[i - 1];
            _sines[i] += _sines[i - 1];
            _counts[i] += _counts[i - 1];
        }
    }

    public string Micrograph { get; }

    public int X { get; }

    public int Y { get; }

    /// <summary>The mean from one distance to another, both included; NaN where the image ends before.</summary>
    public double Ring(int from, int to) => IsKnown(to) ? (_sums[to + 1] - _sums[from]) / (_counts[to + 1] - _counts[from]) : double.NaN;

    /// <summary>
    /// How much two opposite sides of a ring, from one distance to another, differ from the two between them: the power of its second angular harmonic; NaN where the image ends before.
    /// </summary>
    public double Unevenness(int from, int to)
    {
        if (!IsKnown(to))
            return double.NaN;
        double cosine = _cosines[to + 1] - _cosines[from], sine = _sines[to + 1] - _sines[from], count = _counts[to + 1] - _counts[from];
        return (cosine * cosine + sine * sine) / (count * count);
    }

    /// <summary>The mean of the disc less that of the ring around it of the same area.</summary>
    public double Contrast(int radius)
    {
        int ring = (int)Math.Round(Math.Sqrt(2) * (radius + 1)) - 1;
        return ring <= radius ? double.NaN : Ring(0, radius) - Ring(radius + 1, ring);
    }

    private bool IsKnown(int distance) => distance <= _border && distance <= Reach;

    private static IEnumerable<Neighbour> Neighbours() =>
        from y in Enumerable.Range(-Reach, 2 * Reach + 1)
        from x in Enumerable.Range(-Reach, 2 * Reach + 1)
        let square = x * x + y * y
        let distance = (int)Math.Sqrt(square)
        where distance <= Reach
        orderby distance
        select new Neighbour(x, y, distance, square == 0 ? 0 : (float)(x * x - y * y) / square, square == 0 ? 0 : 2f * x * y / square);

    /// <summary>A pixel nearby: its offset, the whole part of its distance, and cosine and sine of twice its angle.</summary>
    private readonly record struct Neighbour(int X, int Y, int Distance, float Cosine, float Sine);
}
