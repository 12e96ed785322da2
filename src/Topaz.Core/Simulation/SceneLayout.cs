using Topaz.Particles;

namespace Topaz.Simulation;

/// <summary>What lies where in one simulated micrograph: particles, and junk that looks like them.</summary>
internal sealed class SceneLayout
{
    private const int Attempts = 40;

    private readonly SimulationOptions _options;
    private readonly double _diameter;
    private readonly List<(double X, double Y, double Radius)> _occupied = [];
    private readonly List<(double X, double Y, double Contrast, bool Half)> _bodies = [];
    private readonly List<(double X, double Y, double Sigma, double Peak)> _spots = [];
    private readonly List<Particle> _particles = [], _junk = [];
    private RandomStream _random;

    /// <summary>Draws the layout; the noise and the optics have streams of their own.</summary>
    public SceneLayout(SimulationOptions options, RandomStream random)
    {
        (_options, _random, _diameter) = (options, random, options.DiameterInPixels);
        if (_random.NextDouble() < options.CarbonProbability)
            Carbon = new CarbonEdge(options.Width, options.Height, ref _random);
        Repeat(options.Contamination, AddContamination);
        Repeat(options.Aggregates, AddAggregate);
        // Particles that only reach into the image are there too, at the same density.
        double border = (1 + _diameter / options.Width) * (1 + _diameter / options.Height);
        Repeat(options.Particles * border, AddParticle);
        Repeat(options.Fragments, AddFragment);
    }

    /// <summary>The carbon film, where there is one.</summary>
    public CarbonEdge? Carbon { get; }

    /// <summary>Whole particles whose centre lies in the image.</summary>
    public IReadOnlyList<Particle> Particles => _particles;

    /// <summary>Centres of everything else that was drawn in the image.</summary>
    public IReadOnlyList<Particle> Junk => _junk;

    /// <summary>Adds the projected density of everything to a square image.</summary>
    public void Draw(float[] image, int size, ParticleDensity density)
    {
        foreach ((double x, double y, double contrast, bool half) in _bodies)
            density.Project(image, size, x, y, Orientation.Random(ref _random), contrast, half);
        foreach ((double x, double y, double sigma, double peak) in _spots)
            GaussianSpot.Add(image, size, x, y, sigma, peak * density.MeanProjectedDensity);
    }

    private void AddParticle()
    {
        // As on a grid, what would fall on carbon is not there; what would overlap looks for another place.
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            (double x, double y) = Place();
            if (_bodies.Count > 0 && _random.NextDouble() < _options.CloseNeighbours)
            {
                (double neighbourX, double neighbourY, _, _) = _bodies[_random.NextInt32(_bodies.Count)];
                double angle = 2 * Math.PI * _random.NextDouble(), distance = _diameter * (1 + 0.15 * _random.NextDouble());
                (x, y) = (neighbourX + distance * Math.Cos(angle), neighbourY + distance * Math.Sin(angle));
            }

            if (OnCarbon(x, y))
                return;
            if (IsFree(x, y, _diameter / 2))
            {
                AddBody(x, y, half: false, _particles);
                return;
            }
        }
    }

    private void AddFragment()
    {
        (double x, double y) = Place();
        for (int attempt = 0; attempt < Attempts && !IsFree(x, y, _diameter / 3); attempt++)
            (x, y) = Place();
        if (IsFree(x, y, _diameter / 3))
            AddBody(x, y, half: true, _junk);
    }

    /// <summary>5 to 15 particles in a heap, two to three times denser than they could lie side by side.</summary>
    private void AddAggregate()
    {
        (double centreX, double centreY) = Place();
        int count = 5 + _random.NextInt32(11);
        double radius = 0.32 * _diameter * Math.Sqrt(count);
        for (int i = 0; i < count; i++)
        {
            double angle = 2 * Math.PI * _random.NextDouble(), r = radius * Math.Sqrt(_random.NextDouble());
            AddBody(centreX + r * Math.Cos(angle), centreY + r * Math.Sin(angle), half: false, _junk);
        }
    }

    /// <summary>An ice crystal (a few small, very dense spots) or a droplet (one soft spot about as large as a particle).</summary>
    private void AddContamination()
    {
        (double x, double y) = Place();
        bool crystal = _random.NextDouble() < 0.4;
        int spots = crystal ? 3 + _random.NextInt32(4) : 1;
        for (int i = 0; i < spots; i++)
        {
            double sigma = _diameter * (crystal ? 0.10 + 0.12 * _random.NextDouble() : 0.20 + 0.20 * _random.NextDouble());
            double peak = crystal ? 3 + 3 * _random.NextDouble() : 1.5 + 1.5 * _random.NextDouble();
            double spread = crystal ? 0.3 * _diameter : 0;
            _spots.Add((x + spread * _random.NextGaussian(), y + spread * _random.NextGaussian(), sigma, peak));
        }

        _occupied.Add((x, y, 0.6 * _diameter));
        if (Inside(x, y))
            _junk.Add(new Particle(x, y));
    }

    private void AddBody(double x, double y, bool half, List<Particle> list)
    {
        _occupied.Add((x, y, _diameter / (half ? 3 : 2)));
        _bodies.Add((x, y, 0.85 + 0.3 * _random.NextDouble(), half));
        if (Inside(x, y))
            list.Add(new Particle(x, y));
    }

    private (double X, double Y) Place() => (
        (_options.Width + _diameter) * _random.NextDouble() - _diameter / 2,
        (_options.Height + _diameter) * _random.NextDouble() - _diameter / 2);

    private bool Inside(double x, double y) => x >= 0 && y >= 0 && x <= _options.Width - 1 && y <= _options.Height - 1;

    private bool OnCarbon(double x, double y) => Carbon is not null && Carbon.Depth(x, y) > -_diameter / 2;

    private bool IsFree(double x, double y, double radius)
    {
        foreach ((double otherX, double otherY, double otherRadius) in _occupied)
        {
            double dx = x - otherX, dy = y - otherY, distance = radius + otherRadius;
            if (dx * dx + dy * dy < distance * distance)
                return false;
        }

        return true;
    }

    /// <summary>Does something as often as a Poisson draw with the given mean says.</summary>
    private void Repeat(double mean, Action add)
    {
        int count = 0;
        if (mean > 50)
        {
            count = Math.Max(0, (int)Math.Round(mean + Math.Sqrt(mean) * _random.NextGaussian()));
        }
        else
        {
            for (double p = _random.NextDouble(), limit = Math.Exp(-mean); p > limit; p *= _random.NextDouble())
                count++;
        }

        for (int i = 0; i < count; i++)
            add();
    }
}
