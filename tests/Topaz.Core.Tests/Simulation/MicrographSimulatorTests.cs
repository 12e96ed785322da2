using Topaz.Images;
using Topaz.Particles;
using Topaz.Simulation;
using Xunit;

namespace Topaz.Tests;

public class MicrographSimulatorTests
{
    private static readonly SimulationOptions s_small = new() { Width = 256, Height = 240, Particles = 20, Seed = 5 };

    /// <summary>Nothing but ice and noise; particles are added to this.</summary>
    private static readonly SimulationOptions s_empty = new()
    {
        Width = 512,
        Height = 512,
        Particles = 0,
        Aggregates = 0,
        Fragments = 0,
        Contamination = 0,
        CarbonProbability = 0,
        IceGradient = 0,
        Seed = 3,
    };

    public static TheoryData<ParticleKind> Kinds => [.. Enum.GetValues<ParticleKind>()];

    public static TheoryData<SimulationOptions> Impossible =>
    [
        new() { Width = 16 },
        new() { Height = 100_000 },
        new() { PixelSize = 0 },
        new() { PixelSize = double.NaN },
        new() { PixelSize = 60 },
        new() { Diameter = -1 },
        new() { Diameter = 2000 },
        new() { Kind = (ParticleKind)9 },
        new() { Particles = -1 },
        new() { CloseNeighbours = 1.5 },
        new() { SignalToNoise = 0 },
        new() { MinDefocus = 3, MaxDefocus = 2 },
        new() { MinDefocus = double.NaN },
        new() { MaxDefocus = 20 },
        new() { IceGradient = double.PositiveInfinity },
        new() { CarbonProbability = -0.1 },
        new() { Aggregates = -1 },
        new() { Fragments = double.NaN },
        new() { Contamination = 1e9 },
    ];

    [Fact]
    public void Same_seed_and_index_give_the_same_bits_in_any_order_on_any_number_of_threads()
    {
        SimulatedMicrograph[] inOrder = [.. Enumerable.Range(0, 4).Select(index => MicrographSimulator.Simulate(s_small, index))];
        int[] order = [2, 0, 3, 1, 1, 3];
        var parallel = new SimulatedMicrograph[order.Length];
        Parallel.For(
            0,
            order.Length,
            new ParallelOptions { MaxDegreeOfParallelism = 3 },
            i => parallel[i] = MicrographSimulator.Simulate(s_small, order[i]));
        for (int i = 0; i < order.Length; i++)
        {
            SimulatedMicrograph expected = inOrder[order[i]];
            Assert.Equal(expected.Micrograph.Pixels, parallel[i].Micrograph.Pixels);
            Assert.Equal(expected.Particles, parallel[i].Particles);
            Assert.Equal(expected.Junk, parallel[i].Junk);
            Assert.Equal(expected.Optics, parallel[i].Optics);
        }
    }

    [Fact]
    public void Another_index_or_seed_gives_another_micrograph()
    {
        SimulatedMicrograph first = MicrographSimulator.Simulate(s_small, 0);
        foreach (SimulatedMicrograph other in new[]
            { MicrographSimulator.Simulate(s_small, 1), MicrographSimulator.Simulate(s_small with { Seed = 6 }, 0) })
        {
            // Independent noise of variance 1: the difference has variance 2 and more.
            Assert.InRange(MeanSquare(Difference(first, other)), 1.5, 10);
            Assert.NotEqual(first.Particles, other.Particles);
            Assert.NotEqual(first.Optics.Defocus, other.Optics.Defocus);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Labels_lie_in_the_image_apart_from_each_other_and_from_junk(ParticleKind kind)
    {
        SimulationOptions options = s_small with
        {
            Kind = kind,
            Particles = 60,
            CloseNeighbours = 0.5,
            Fragments = 8,
            Contamination = 5,
            Aggregates = 2,
        };
        for (int index = 0; index < 2; index++)
        {
            SimulatedMicrograph simulated = MicrographSimulator.Simulate(options, index);
            Assert.NotEmpty(simulated.Particles);
            Assert.NotEmpty(simulated.Junk);
            Assert.All(simulated.Particles.Concat(simulated.Junk), particle =>
            {
                Assert.InRange(particle.X, 0, options.Width - 1);
                Assert.InRange(particle.Y, 0, options.Height - 1);
            });
            double diameter = options.DiameterInPixels;
            for (int i = 0; i < simulated.Particles.Count; i++)
            {
                Particle particle = simulated.Particles[i];
                Assert.All(simulated.Particles.Skip(i + 1), other => Assert.True(Distance(particle, other) > 0.999 * diameter));
                // The least is to a broken particle: a radius and two thirds of one.
                Assert.All(simulated.Junk, other => Assert.True(Distance(particle, other) > 0.83 * diameter));
            }
        }
    }

    [Fact]
    public void Junk_is_drawn_but_not_labelled()
    {
        SimulationOptions junk = s_empty with { Width = 256, Height = 256, Aggregates = 2, Fragments = 10, Contamination = 5 };
        SimulatedMicrograph simulated = MicrographSimulator.Simulate(junk, 0);
        Assert.Empty(simulated.Particles);
        Assert.NotEmpty(simulated.Junk);
        SimulatedMicrograph empty = MicrographSimulator.Simulate(s_empty with { Width = 256, Height = 256 }, 0);
        Assert.Empty(empty.Junk);
        Assert.True(MeanAround(Difference(simulated, empty), simulated.Junk, junk.DiameterInPixels / 4) < -0.2);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Particles_have_the_chosen_signal_to_noise_ratio_and_are_dark(ParticleKind kind)
    {
        SimulationOptions options = s_empty with { Kind = kind, Particles = 40, CloseNeighbours = 0, SignalToNoise = 1 };
        double radius = options.DiameterInPixels / 2, power = 0, variance = 0, contrast = 0;
        const int Count = 4;
        int area = 0;
        for (int index = 0; index < Count; index++)
        {
            // The noise has its own stream, so the difference between with and without particles is their signal.
            SimulatedMicrograph simulated = MicrographSimulator.Simulate(options, index);
            SimulatedMicrograph empty = MicrographSimulator.Simulate(options with { Particles = 0 }, index);
            Micrograph signal = Difference(simulated, empty);
            foreach (float value in Disc(signal, simulated.Particles, radius))
                (power, area) = (power + value * value, area + 1);
            variance += MeanSquare(empty.Micrograph) / Count;
            double ice = simulated.Micrograph.Pixels.Average();
            contrast += (MeanAround(simulated.Micrograph, simulated.Particles, radius) - ice) / Count;
        }

        Assert.InRange(power / area, 0.9, 1.1);
        Assert.InRange(variance, 0.95, 1.05);
        Assert.True(contrast < -0.1, $"mean grey value of particles less that of the image: {contrast}");
    }

    [Fact]
    public void Defocus_stays_in_its_range()
    {
        SimulationOptions options = s_small with { Width = 128, Height = 128, MinDefocus = 1.5, MaxDefocus = 1.7 };
        double[] drawn = [.. Enumerable.Range(0, 10).Select(index => MicrographSimulator.Simulate(options, index).Optics.Defocus)];
        Assert.All(drawn, defocus => Assert.InRange(defocus, 1.5, 1.7));
        Assert.Equal(drawn.Length, drawn.Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Impossible))]
    public void Impossible_options_are_told_in_one_line(SimulationOptions options)
    {
        string message = Assert.Throws<TopazException>(() => MicrographSimulator.Simulate(options, 0)).Message;
        Assert.StartsWith("simulation: ", message);
        Assert.DoesNotContain('\n', message);
    }

    private static double Distance(Particle a, Particle b) => Math.Sqrt((a.X - b.X) * (a.X - b.X) + (a.Y - b.Y) * (a.Y - b.Y));

    private static Micrograph Difference(SimulatedMicrograph a, SimulatedMicrograph b) => new(
        "difference", a.Micrograph.Width, a.Micrograph.Height, [.. a.Micrograph.Pixels.Zip(b.Micrograph.Pixels, (p, q) => p - q)]);

    private static double MeanSquare(Micrograph image) => image.Pixels.Average(value => (double)value * value);

    private static double MeanAround(Micrograph image, IEnumerable<Particle> particles, double radius) =>
        Disc(image, particles, radius).Average(value => (double)value);

    /// <summary>The pixels of the particles' discs, as far as these lie in the image as a whole.</summary>
    private static IEnumerable<float> Disc(Micrograph image, IEnumerable<Particle> particles, double radius)
    {
        foreach (Particle particle in particles)
        {
            int left = (int)Math.Ceiling(particle.X - radius), top = (int)Math.Ceiling(particle.Y - radius);
            int right = (int)(particle.X + radius), bottom = (int)(particle.Y + radius);
            if (left < 0 || top < 0 || right >= image.Width || bottom >= image.Height)
                continue;
            for (int y = top; y <= bottom; y++)
            {
                for (int x = left; x <= right; x++)
                {
                    if (Distance(particle, new Particle(x, y)) <= radius)
                        yield return image[x, y];
                }
            }
        }
    }
}
