using Topaz.Evaluation;
using Topaz.Images;
using Topaz.Networks;
using Topaz.Particles;
using Topaz.Picking;
using Topaz.Simulation;
using Topaz.Training;

namespace Topaz.Quality;

/// <summary>Raw micrographs to train and to test on, with all particles that are known and their radius.</summary>
internal sealed record DataSet(string Name, Micrograph[] Train, Micrograph[] Test, ParticleTable Known, double Radius)
{
    private const int TrainCount = 6, TestCount = 3, RealTestCount = 2;

    private static readonly (string Folder, double Radius)[] s_real =
        [("empiar-10028-ribosome", 27), ("empiar-10146-apoferritin", 38), ("empiar-10017-betagal", 13)];

    /// <summary>Particles on a training micrograph.</summary>
    public double ParticlesPerMicrograph => (double)Train.Sum(micrograph => Known[micrograph.Name].Count) / Train.Length;

    public static DataSet Simulate(ParticleKind kind, double snr, double density, ulong seed, int testCount = TestCount)
    {
        var options = new SimulationOptions { Kind = kind, SignalToNoise = snr, Particles = density, Seed = seed };
        var known = new ParticleTable();
        Micrograph[] micrographs = [.. Enumerable.Range(0, TrainCount + testCount).Select(i =>
        {
            SimulatedMicrograph simulated = MicrographSimulator.Simulate(options, i);
            known.Add(simulated.Micrograph.Name, simulated.Particles);
            return simulated.Micrograph;
        })];
        return new DataSet($"{kind}, SNR {snr}, {density} particles", micrographs[..TrainCount], micrographs[TrainCount..], known, options.DiameterInPixels / 2);
    }

    public static IEnumerable<DataSet> Real(string folder)
    {
        foreach ((string set, double radius) in s_real)
        {
            Micrograph[] micrographs = [.. ImageList.Read(Path.Combine(folder, set, "micrographs.txt")).OrderBy(entry => entry.Name, StringComparer.Ordinal)
                .Select(entry => MicrographFile.Read(entry.Path).WithName(entry.Name))];
            yield return new DataSet(
                set, micrographs[..^RealTestCount], micrographs[^RealTestCount..], ParticleFile.Read(Path.Combine(folder, set, "particles.txt")), radius);
        }
    }

    /// <summary>Some random particles of the training micrographs, in raw pixels: what a user has.</summary>
    public ParticleTable Labels(int count, ulong seed)
    {
        (string Micrograph, Particle Particle)[] all = [.. Train.SelectMany(micrograph => Known[micrograph.Name].Select(particle => (micrograph.Name, particle)))];
        double[] order = [.. all.Select((_, i) => new RandomStream(seed, 77, (uint)i).NextDouble())];
        Array.Sort(order, all);
        var labels = new ParticleTable();
        foreach ((string micrograph, Particle particle) in all.Take(count))
            labels.Add(micrograph, particle);
        return labels;
    }

    /// <summary>Prepared training micrographs with labels.</summary>
    public TrainingData Prepare(ParticleTable labels, Preprocessing preprocessing)
    {
        Micrograph[] prepared = [.. Train.Select(micrograph => Preprocessor.Apply(micrograph, preprocessing))];
        var table = new ParticleTable();
        foreach (Micrograph micrograph in prepared)
            table.Add(micrograph.Name, micrograph.Inside(labels[micrograph.Name]));
        return new TrainingData(prepared, table);
    }

    /// <summary>How to train where nothing but the particle's radius, in raw pixels, is known.</summary>
    public static TrainingOptions Options(double radius, ulong seed)
    {
        double factor = ParticleScale.DownsamplingFor(radius);
        return new TrainingOptions
        {
            Architecture = new ArchitectureOptions { Units = 16 },
            Preprocessing = new Preprocessing(factor, Normalization.Mixture),
            Radius = ParticleScale.LabelRadiusFor(radius / factor),
            ParticleRadius = radius / factor,
            AutoencoderWeight = 0,
            Seed = seed,
        };
    }

    /// <summary>Prepared test micrographs.</summary>
    public Micrograph[] PreparedTest(Preprocessing preprocessing) => [.. Test.Select(micrograph => Preprocessor.Apply(micrograph, preprocessing))];

    /// <summary>A model's picks of the test micrographs against all known particles, a match being closer than the particle's radius.</summary>
    public PrecisionRecallCurve Evaluate(Compute.IComputeBackend backend, PickerModel model, int pickRadius)
    {
        Micrograph[] test = PreparedTest(model.Preprocessing);
        ParticleTable picks = Calibration.HeldOutLabels.Pick(backend, model, test, pickRadius), raw = new();
        foreach (Micrograph micrograph in test)
            raw.Add(micrograph.Name, picks[micrograph.Name].Select(micrograph.ToRaw));
        return PickEvaluation.Evaluate(raw, Known, raw.Micrographs, Radius).Curve;
    }
}
