namespace Topaz.Simulation;

/// <summary>The first two rows of a rotation matrix: where a point of a body falls when seen along the beam.</summary>
internal readonly record struct Orientation(double Xx, double Xy, double Xz, double Yx, double Yy, double Yz)
{
    /// <summary>A rotation drawn uniformly from all there are (a uniform unit quaternion).</summary>
    public static Orientation Random(ref RandomStream random)
    {
        double w = random.NextGaussian(), x = random.NextGaussian(), y = random.NextGaussian(), z = random.NextGaussian();
        double s = 2 / (w * w + x * x + y * y + z * z);
        return new Orientation(
            1 - s * (y * y + z * z), s * (x * y - w * z), s * (x * z + w * y),
            s * (x * y + w * z), 1 - s * (x * x + z * z), s * (y * z - w * x));
    }

    /// <summary>One of <paramref name="count"/> directions of view spread evenly over a hemisphere (a Fibonacci lattice); the
    /// other one shows the same, mirrored.</summary>
    public static Orientation View(int index, int count)
    {
        double z = (index + 0.5) / count, r = Math.Sqrt(1 - z * z), azimuth = index * Math.PI * (3 - Math.Sqrt(5));
        double cos = Math.Cos(azimuth), sin = Math.Sin(azimuth);
        return new Orientation(z * cos, z * sin, -r, -sin, cos, 0);
    }

    public (double X, double Y) Project(double x, double y, double z) =>
        (Xx * x + Xy * y + Xz * z, Yx * x + Yy * y + Yz * z);
}
