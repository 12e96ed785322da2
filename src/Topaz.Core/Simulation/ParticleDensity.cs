namespace Topaz.Simulation;

/// <summary>
/// A particle's density in three dimensions: a sum of spherical Gaussians, whose projections are Gaussians again and need no
/// interpolation.
/// </summary>
internal sealed class ParticleDensity
{
    private readonly List<Blob> _blobs = [];

    /// <summary>Draws a structure of the given kind, about its centre of mass.</summary>
    /// <param name="kind">The shape.</param>
    /// <param name="diameter">Largest extent, in pixels.</param>
    /// <param name="random">Where sub-structure comes from.</param>
    public ParticleDensity(ParticleKind kind, double diameter, RandomStream random)
    {
        double radius = diameter / 2;
        switch (kind)
        {
            case ParticleKind.Compact:
                // A large and a small lobe with a cleft between them.
                Fill(110, radius * 0.14, new(0, 0, -0.16 * radius), new(0.78 * radius, 0.70 * radius, 0.62 * radius), ref random);
                Fill(60, radius * 0.14, new(0.1 * radius, 0, 0.60 * radius), new(0.60 * radius, 0.45 * radius, 0.30 * radius), ref random);
                break;
            case ParticleKind.Elongated:
                for (int ring = -3; ring <= 3; ring += 2)
                    Fill(40, radius * 0.08, new(0, 0, ring * 0.215 * radius), new(0.35 * radius, 0.35 * radius, 0.12 * radius), ref random);
                break;
            case ParticleKind.Barrel:
                FillBarrel(45, radius, ref random);
                break;
            case ParticleKind.Small:
                for (int domain = 0; domain < 4; domain++)
                {
                    Point centre = Point.InSphere(ref random);
                    Fill(10, radius * 0.18, new(0.5 * radius * centre.X, 0.5 * radius * centre.Y, 0.5 * radius * centre.Z), new(0.35 * radius, 0.35 * radius, 0.35 * radius), ref random);
                }

                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind));
        }

        Centre();
        MeanProjectedDensity = (float)(_blobs.Sum(blob => blob.Mass) / (Math.PI * radius * radius));
    }

    /// <summary>Mass over the area of the particle's disc: the scale of its projections' grey values.</summary>
    public float MeanProjectedDensity { get; }

    /// <summary>Adds the particle's projection to a square image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="size">Its rows and columns.</param>
    /// <param name="x">Column of the centre of mass.</param>
    /// <param name="y">Row of the centre of mass.</param>
    /// <param name="orientation">How the particle lies.</param>
    /// <param name="contrast">Factor on the density.</param>
    /// <param name="half">Whether only half of the particle is there.</param>
    public void Project(float[] image, int size, double x, double y, Orientation orientation, double contrast, bool half = false)
    {
        foreach (Blob blob in _blobs)
        {
            if (half && blob.Position.X < 0)
                continue;
            (double dx, double dy) = orientation.Project(blob.Position.X, blob.Position.Y, blob.Position.Z);
            double variance = blob.Sigma * blob.Sigma + 1.0 / 12; // the pixel's own extent
            GaussianSpot.Add(image, size, x + dx, y + dy, Math.Sqrt(variance), contrast * blob.Mass / (2 * Math.PI * variance));
        }
    }

    /// <summary>Blobs at random in an ellipsoid with the given semi-axes, which holds them to one standard deviation.</summary>
    private void Fill(int count, double sigma, Point centre, Point semiAxes, ref RandomStream random)
    {
        for (int i = 0; i < count; i++)
        {
            Point p = Point.InSphere(ref random);
            _blobs.Add(new Blob(
                new(centre.X + p.X * semiAxes.X, centre.Y + p.Y * semiAxes.Y, centre.Z + p.Z * semiAxes.Z),
                sigma * (0.7 + 0.6 * random.NextDouble()),
                0.3 + 1.4 * random.NextDouble()));
        }
    }

    private void FillBarrel(int count, double radius, ref RandomStream random)
    {
        for (int i = 0; i < count; i++)
        {
            // The wall between 0.42 and 0.85 radii; density grows towards the corners of the four-fold unit.
            double angle = Math.PI / 4 * (2 * random.NextDouble() - 1) * random.NextDouble();
            double r = radius * Math.Sqrt(0.18 + 0.54 * random.NextDouble());
            double z = radius * 0.62 * (2 * random.NextDouble() - 1);
            double sigma = radius * 0.1 * (0.7 + 0.6 * random.NextDouble()), mass = 0.3 + 1.4 * random.NextDouble();
            for (int fold = 0; fold < 4; fold++, angle += Math.PI / 2)
                _blobs.Add(new Blob(new(r * Math.Cos(angle), r * Math.Sin(angle), z), sigma, mass));
        }
    }

    private void Centre()
    {
        double mass = _blobs.Sum(blob => blob.Mass);
        double x = _blobs.Sum(blob => blob.Mass * blob.Position.X) / mass;
        double y = _blobs.Sum(blob => blob.Mass * blob.Position.Y) / mass;
        double z = _blobs.Sum(blob => blob.Mass * blob.Position.Z) / mass;
        for (int i = 0; i < _blobs.Count; i++)
        {
            Point p = _blobs[i].Position;
            _blobs[i] = _blobs[i] with { Position = new(p.X - x, p.Y - y, p.Z - z) };
        }
    }

    private readonly record struct Blob(Point Position, double Sigma, double Mass);

    private readonly record struct Point(double X, double Y, double Z)
    {
        /// <summary>A point drawn uniformly from the unit sphere's inside.</summary>
        public static Point InSphere(ref RandomStream random)
        {
            while (true)
            {
                var p = new Point(2 * random.NextDouble() - 1, 2 * random.NextDouble() - 1, 2 * random.NextDouble() - 1);
                if (p.X * p.X + p.Y * p.Y + p.Z * p.Z <= 1)
                    return p;
            }
        }
    }
}
