namespace Topaz.Simulation;

/// <summary>What simulated micrographs look like. The defaults make a moderately hard data set.</summary>
public sealed record SimulationOptions
{
    /// <summary>Columns.</summary>
    public int Width { get; init; } = 1024;

    /// <summary>Rows.</summary>
    public int Height { get; init; } = 1024;

    /// <summary>Å per pixel.</summary>
    public double PixelSize { get; init; } = 5;

    /// <summary>Shape of the particles.</summary>
    public ParticleKind Kind { get; init; } = ParticleKind.Compact;

    /// <summary>Largest extent of a particle in Å; null for what is usual for its kind.</summary>
    public double? Diameter { get; init; }

    /// <summary>Mean number of particles per micrograph (Poisson); there are fewer where so many do not fit.</summary>
    public double Particles { get; init; } = 250;

    /// <summary>Fraction of particles that are put right beside another, one to 1.15 diameters from it; the rest fall anywhere
    /// that is at least a diameter from every other.</summary>
    public double CloseNeighbours { get; init; } = 0.25;

    /// <summary>Mean square of the signal (about the ice level, within the discs of the particles) over the variance of the noise.</summary>
    public double SignalToNoise { get; init; } = 0.15;

    /// <summary>Least underfocus in µm; each micrograph draws its own uniformly.</summary>
    public double MinDefocus { get; init; } = 1.5;

    /// <summary>Greatest underfocus in µm.</summary>
    public double MaxDefocus { get; init; } = 3.5;

    /// <summary>Typical change of the ice level across the micrograph, in standard deviations of the noise.</summary>
    public double IceGradient { get; init; } = 0.6;

    /// <summary>Probability that the edge of the carbon film cuts through a micrograph.</summary>
    public double CarbonProbability { get; init; } = 0.3;

    /// <summary>Mean number of aggregates, clumps of overlapping particles that are not labelled, per micrograph.</summary>
    public double Aggregates { get; init; } = 5;

    /// <summary>Mean number of broken particles, which are not labelled, per micrograph.</summary>
    public double Fragments { get; init; } = 40;

    /// <summary>Mean number of ice crystals and droplets, which are not labelled, per micrograph.</summary>
    public double Contamination { get; init; } = 30;

    /// <summary>The seed: same options, same seed and same index give the same bits, on any number of threads of
    /// processors with equally wide vectors.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Largest extent of a particle in pixels.</summary>
    public double DiameterInPixels => (Diameter ?? UsualDiameter(Kind)) / PixelSize;

    /// <summary>Makes sure that such micrographs can be simulated.</summary>
    /// <exception cref="TopazException">An option is out of range.</exception>
    public void Validate()
    {
        Check(Width is >= 32 and <= 16384 && Height is >= 32 and <= 16384, "the size must be 32 to 16384 pixels each way");
        Check(PixelSize is > 0 and < 100, "the pixel size must be between 0 and 100 Å");
        Check(DiameterInPixels >= 4, "the diameter must be at least 4 pixels; give a larger one or a smaller pixel size");
        Check(DiameterInPixels <= Math.Min(Width, Height) / 4.0, "the diameter must be at most a quarter of the micrograph");
        Check(Particles is >= 0 and <= 1e6, "the number of particles must be 0 to 1000000");
        Check(CloseNeighbours is >= 0 and <= 1, "the fraction of close neighbours must be 0 to 1");
        Check(SignalToNoise is > 0 and <= 1000, "the signal-to-noise ratio must be above 0 and at most 1000");
        Check(MinDefocus >= 0.1 && MaxDefocus <= 10 && MinDefocus <= MaxDefocus, "the defocus must rise from 0.1 µm or more to 10 µm or less");
        Check(IceGradient is >= 0 and <= 100, "the ice gradient must be 0 to 100");
        Check(CarbonProbability is >= 0 and <= 1, "the probability of carbon must be 0 to 1");
        Check(Aggregates is >= 0 and <= 1e4 && Fragments is >= 0 and <= 1e4 && Contamination is >= 0 and <= 1e4, "the numbers of junk must be 0 to 10000");
    }

    private static double UsualDiameter(ParticleKind kind) => kind switch
    {
        ParticleKind.Compact or ParticleKind.Barrel => 150,
        ParticleKind.Elongated => 200,
        ParticleKind.Small => 90,
        _ => throw new TopazException($"simulation: there is no particle kind {kind}"),
    };

    private static void Check(bool holds, string requirement)
    {
        if (!holds)
            throw new TopazException($"simulation: {requirement}.");
    }
}
