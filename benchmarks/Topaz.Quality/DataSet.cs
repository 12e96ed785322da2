using Topaz.Evaluation;
using Topaz.Images;
using Topaz.Networks;
using Topaz.Particles;
using Topaz.Picking;
using Topaz.Simulation;
using Topaz.Training;

namespace Topaz.Quality;

/// <summary>Prepared micrographs to train and to test on, with all particles that are known.</summary>
internal sealed record DataSet(string Name, Micrograph[] Train, Micrograph[] Test, ParticleTable Known, double Radius, double Downsampling)
{
    private const int TrainCount = 6, TestCount = 3, RealTestCount = 2;

    public static readonly (string Folder, double Radius)[] RealSets =
        [("empiar-10028-ribosome", 27), ("empiar-10146-apoferritin", 38), ("empiar-10017-betagal", 13)];

    /// <summary>Particles on a training micrograph.</summary>
    public double ParticlesPerMicrograph => (double)Train.Sum(micrograph => Known[micrograph.Name].Count) / Train.Length;

    public static DataSet Simulate(ParticleKind kind, double snr, double density, ulong seed)
    {
        var options = new SimulationOptions { Kind = kind, SignalToNoise = snr, Particles = density, Seed = seed };
        double raw = options.DiameterInPixels / 2, factor = ParticleScale.DownsamplingFor(raw);
        var known = new ParticleTable();
        var micrographs = new Micrograph[TrainCount + TestCount];
        for (int i = 0; i < micrographs.Length; i++)
        {
            SimulatedMicrograph simulated = MicrographSimulator.Simulate(options, i);
            micrographs[i] = Preprocessor.Apply(simulated.Micrograph, new Preprocessing(factor, Normalization.Mixture));
            known.Add(micrographs[i].Name, micrographs[i].Inside(simulated.Particles));
        }

        return new DataSet($"{kind}, SNR {snr}, {density} particles", micrographs[..TrainCount], micrographs[TrainCount..], known, raw / factor, factor);
    }

    public static DataSet Read(string folder, double radius)
    {
        double factor = ParticleScale.DownsamplingFor(radius);
        ParticleTable all = ParticleFile.Read(Path.Combine(folder, "particles.txt"));
        var known = new ParticleTable();
        Micrograph[] micrographs = [.. ImageList.Read(Path.Combine(folder, "micrographs.txt")).OrderBy(entry => entry.Name, StringComparer.Ordinal).Select(entry =>
        {
            Micrograph image = Preprocessor.Apply(MicrographFile.Read(entry.Path), new Preprocessing(factor, Normalization.Mixture)).WithName(entry.Name);
            known.Add(image.Name, image.Inside(all[entry.Name]));
            return image;
        })];
        return new DataSet(Path.GetFileName(folder), micrographs[..^RealTestCount], micrographs[^RealTestCount..], known, radius / factor, factor);
    }

    /// <summary>What a user has: some random particles of the training micrographs.</summary>
    public TrainingData Labelled(int count, ulong seed)
    {
        (string Micrograph, Particle Particle)[] all = [.. Train.SelectMany(micrograph => Known[micrograph.Name].Select(particle => (micrograph.Name, particle)))];
        double[] order = [.. all.Select((_, i) => new RandomStream(seed, 77, (uint)i).NextDouble())];
        Array.Sort(order, all);
        var labels = new ParticleTable();
        foreach ((string micrograph, Particle particle) in all.Take(count))
            labels.Add(micrograph, particle);
        return new TrainingData(Train, labels);
    }

    /// <summary>How to train on this set where nothing else is said.</summary>
    public TrainingOptions Options(ulong seed) => new()
    {
        Architecture = new ArchitectureOptions { Units = 16 },
        Preprocessing = new Preprocessing(Downsampling, Normalization.Mixture),
        Radius = ParticleScale.LabelRadiusFor(Radius),
        ParticleRadius = Radius,
        AutoencoderWeight = 0,
        Seed = seed,
    };

    /// <summary>Picks of the test micrographs against all known particles.</summary>
    public PickEvaluation Evaluate(ParticleTable picks) => PickEvaluation.Evaluate(picks, Known, picks.Micrographs, Radius);
}
