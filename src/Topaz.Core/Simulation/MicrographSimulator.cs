using System.Numerics;
using Topaz.Images;

namespace Topaz.Simulation;

/// <summary>
/// Makes micrographs to learn from and to test with: projections of a random structure at random orientations among junk, seen
/// through the contrast transfer of a microscope, in coloured noise.
/// </summary>
/// <remarks>
/// All micrographs of a seed show the same structure. A micrograph depends on the options and its index alone, so micrographs
/// can be made in parallel and in any order. The signal is scaled such that the mean square of a particle's image over its
/// disc, averaged over orientations, is the chosen fraction of the noise's variance, whatever the defocus.
/// </remarks>
public static class MicrographSimulator
{
    /// <summary>Shares of the noise's variance: scattering by the ice, which passes the microscope's transfer; slow changes with
    /// a power falling as 1/k²; shot noise, which is white.</summary>
    private const double StructuralShare = 0.25, SlowShare = 0.10, ShotShare = 0.65;

    /// <summary>Carbon scatters more than ice: its mean level and how much stronger its grain is.</summary>
    private const float CarbonLevel = -0.9f, CarbonGrain = 2.2f;

    // The purposes that random streams are keyed with, beside the seed and the micrograph.
    private const uint Optics = 1, Layout = 2, Grain = 3, Shot = 4, Ice = 5;

    /// <summary>Makes one micrograph of the set that the options describe.</summary>
    /// <param name="options">What micrographs look like.</param>
    /// <param name="index">Which one of them, from zero.</param>
    /// <exception cref="TopazException">An option is out of range.</exception>
    public static SimulatedMicrograph Simulate(SimulationOptions options, int index)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        options.Validate();
        RandomStream Stream(uint purpose) => new(options.Seed, (uint)index + 1, purpose);

        RandomStream random = Stream(Optics);
        var optics = new ContrastTransfer
        {
            Defocus = options.MinDefocus + (options.MaxDefocus - options.MinDefocus) * random.NextDouble(),
        };
        var density = new ParticleDensity(options.Kind, options.DiameterInPixels, new RandomStream(options.Seed));
        var layout = new SceneLayout(options, Stream(Layout));

        // The part of a larger power of two that reaches beyond the image takes what the periodic filter carries over its borders.
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(options.Width, options.Height));
        float[] signal = new float[size * size];
        layout.Draw(signal, size, density);
        signal = new RadialTransfer(size, options.PixelSize, optics.At).Apply(signal);
        float[] carbon = CarbonCoverage(options, layout.Carbon);
        float[] noise = WhiteGrain(size, options.Width, carbon, Stream(Grain));
        noise = NoiseTransfer(size, options.PixelSize, optics).Apply(noise);

        float[] pixels = new float[options.Width * options.Height];
        AddIce(pixels, options, layout.Carbon, carbon, Stream(Ice));
        float scale = SignalScale(options, optics, density);
        float shotDeviation = (float)Math.Sqrt(ShotShare);
        RandomStream shot = Stream(Shot);
        for (int y = 0, i = 0; y < options.Height; y++)
        {
            for (int x = 0; x < options.Width; x++, i++)
                pixels[i] += scale * signal[y * size + x] + noise[y * size + x] + shotDeviation * (float)shot.NextGaussian();
        }

        var micrograph = new Micrograph($"simulated_{index:0000}", options.Width, options.Height, pixels, options.PixelSize);
        return new SimulatedMicrograph(micrograph, layout.Particles, layout.Junk, optics);
    }

    /// <summary>The factor that brings the particles' signal to the chosen ratio, from 16 views evenly spread over all.</summary>
    private static float SignalScale(SimulationOptions options, ContrastTransfer optics, ParticleDensity density)
    {
        const int Across = 4;
        int cell = (int)Math.Ceiling(2 * options.DiameterInPixels), size = Across * cell;
        double radius = options.DiameterInPixels / 2;
        float[] signal = new float[size * size];
        for (int i = 0; i < Across * Across; i++)
        {
            Orientation view = Orientation.View(i, Across * Across);
            density.Project(signal, size, (i % Across + 0.5) * cell, (i / Across + 0.5) * cell, view, contrast: 1);
        }

        signal = new RadialTransfer(size, options.PixelSize, optics.At).Apply(signal);
        double power = 0;
        int area = 0;
        for (int i = 0; i < signal.Length; i++)
        {
            double dx = i % size % cell - 0.5 * cell, dy = i / size % cell - 0.5 * cell;
            if (dx * dx + dy * dy > radius * radius)
                continue;
            power += signal[i] * (double)signal[i];
            area++;
        }

        return (float)Math.Sqrt(options.SignalToNoise * area / power);
    }

    /// <summary>The transfer that turns white noise of variance 1 into the structural and the slow noise.</summary>
    private static RadialTransfer NoiseTransfer(int size, double pixelSize, ContrastTransfer optics)
    {
        double Slow(double frequency) => 1 / Math.Sqrt(frequency * frequency + 1e-6); // level beyond 1000 Å
        double structural = StructuralShare / new RadialTransfer(size, pixelSize, optics.At).MeanSquare();
        double slow = SlowShare / new RadialTransfer(size, pixelSize, Slow).MeanSquare();
        return new RadialTransfer(size, pixelSize, frequency =>
        {
            double contrast = optics.At(frequency), low = Slow(frequency);
            return Math.Sqrt(structural * contrast * contrast + slow * low * low);
        });
    }

    private static float[] CarbonCoverage(SimulationOptions options, CarbonEdge? edge)
    {
        if (edge is null)
            return [];
        float[] coverage = new float[options.Width * options.Height];
        for (int i = 0; i < coverage.Length; i++)
        {
            double t = Math.Clamp(0.5 + edge.Depth(i % options.Width, i / options.Width) / 6, 0, 1);
            coverage[i] = (float)(t * t * (3 - 2 * t));
        }

        return coverage;
    }

    /// <summary>White noise of variance 1, stronger on carbon.</summary>
    private static float[] WhiteGrain(int size, int width, float[] carbon, RandomStream random)
    {
        float[] noise = new float[size * size];
        for (int i = 0; i < noise.Length; i++)
        {
            noise[i] = (float)random.NextGaussian();
            int x = i % size, pixel = i / size * width + x;
            if (x < width && pixel < carbon.Length)
                noise[i] *= 1 + (CarbonGrain - 1) * carbon[pixel];
        }

        return noise;
    }

    /// <summary>The level of the ice, which grows thicker, and so darker, in some direction; and of the carbon and its rim.</summary>
    private static void AddIce(float[] pixels, SimulationOptions options, CarbonEdge? edge, float[] carbon, RandomStream random)
    {
        double angle = 2 * Math.PI * random.NextDouble(), slope = options.IceGradient * (0.5 + random.NextDouble());
        double bowl = slope * random.NextGaussian();
        double alongX = slope * Math.Cos(angle), alongY = slope * Math.Sin(angle);
        for (int y = 0, i = 0; y < options.Height; y++)
        {
            double v = (y + 0.5) / options.Height - 0.5;
            for (int x = 0; x < options.Width; x++, i++)
            {
                double u = (x + 0.5) / options.Width - 0.5;
                pixels[i] = (float)(alongX * u + alongY * v + bowl * (u * u + v * v - 1.0 / 6));
                if (edge is null)
                    continue;
                double depth = edge.Depth(x, y) / 5;
                pixels[i] += CarbonLevel * carbon[i] + (float)(0.8 * Math.Exp(-(depth + 1.5) * (depth + 1.5)));
            }
        }
    }
}
