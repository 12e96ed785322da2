using System.Globalization;
using Topaz.Cli.Terminal;
using Topaz.Particles;
using Topaz.Picking;
using Topaz.Simulation;

namespace Topaz.Cli.Demo;

/// <summary>What the demo learns from and is tested on.</summary>
/// <param name="Split">Which micrographs are for training and which for testing, with their labels.</param>
/// <param name="Radius">Radius of the particle, in pixels of the micrographs.</param>
/// <param name="Expected">Expected number of particles on a micrograph; null to estimate it from the labels.</param>
/// <param name="Source">Where the labels come from, for messages.</param>
internal sealed record DemoData(TrainTestSplit Split, double Radius, double? Expected, string Source)
{
    private const int SimulatedMicrographs = 8;
    private const int SimulatedLabels = 50;
    private const double TestFraction = 0.25;

    /// <summary>Simulated micrographs, of whose particles only a few on each training micrograph are labelled.</summary>
    public static DemoData Simulate(string folder, ulong seed, int threads, VerbConsole console, CancellationToken cancellation)
    {
        var options = new SimulationOptions { Seed = seed };
        string simulated = Path.Combine(folder, "simulated");
        SimulatedDataSet made = SimulatedDataSet.Write(simulated, options, SimulatedMicrographs, threads, console, cancellation);
        TrainTestSplit split = TrainTestSplit.ByFraction(made.Images, made.Particles, TestFraction, seed);
        return new DemoData(
            split with { TrainParticles = Few(split.TrainParticles, seed) }, options.DiameterInPixels / 2, options.Particles,
            Path.Combine(simulated, "particles.txt"));
    }

    /// <summary>The user's own micrographs and labels.</summary>
    /// <exception cref="TopazException">There are too few of them, or the radius is not told and the labels do not show it.</exception>
    public static DemoData Given(
        IReadOnlyList<ImageEntry> images, ParticleTable labels, string source, double? radius, double? expected, int threads, VerbConsole console)
    {
        ImageEntry[] labelled = [.. images.Where(image => labels[image.Name].Count > 0)];
        if (labelled.Length < 2)
            throw new TopazException($"{source}: has labels for {labelled.Length} of the micrographs; the demo needs two at least, one to test on.");
        LabelSample sample = new LabelledSource(labelled, labels, source).Sample(pixelSize: null, threads);
        if (sample.Suspicion is { } suspicion)
            console.Warn($"{source}: {suspicion}.");
        if (radius is null && (radius = sample.Radius) is { } measured)
            console.Note(string.Create(CultureInfo.InvariantCulture, $"A particle has a radius of {measured:0.#} pixels, by what the labels show; --radius tells it better."));
        TrainTestSplit split = TrainTestSplit.ByFraction(labelled, labels, TestFraction, seed: 0);
        return new DemoData(
            split, radius ?? throw new TopazException($"{source}: the labels do not show how large particles are; give the radius in pixels of your micrographs with --radius, and check the labels."),
            expected, source);
    }

    private static ParticleTable Few(ParticleTable truth, ulong seed)
    {
        var few = new ParticleTable();
        for (int i = 0; i < truth.Micrographs.Count; i++)
        {
            string name = truth.Micrographs[i];
            var random = new RandomStream(seed, (uint)i);
            few.Add(name, truth[name].Select(label => (Label: label, Key: random.NextDouble())).ToArray()
                .OrderBy(draw => draw.Key).Take(SimulatedLabels).Select(draw => draw.Label));
        }

        return few;
    }
}
