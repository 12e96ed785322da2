using Microsoft.ML;
using Microsoft.ML.Data;
using Topaz.Images;
using Topaz.Networks;
using Topaz.Particles;
using Topaz.Simulation;

namespace Topaz.MLNet.Tests;

/// <summary>Six small simulated micrographs with all particles labelled, in memory and in files.</summary>
public sealed class SimulatedData : IDisposable
{
    public const int Count = 6;

    public SimulatedData()
    {
        Directory.CreateDirectory(Folder);
        var options = new SimulationOptions { Width = 200, Height = 160, Particles = 15, Fragments = 2, Contamination = 0, Aggregates = 0, SignalToNoise = 0.6, CarbonProbability = 0 };
        for (int i = 0; i < Count; i++)
        {
            SimulatedMicrograph made = MicrographSimulator.Simulate(options, i);
            MrcFile.Write(Path.Combine(Folder, made.Micrograph.Name + ".mrc"), made.Micrograph);
            Labels.Add(made.Micrograph.Name, made.Particles);
        }

        ParticleFile.Write(ParticlePath, Labels);
    }

    public string Folder { get; } = Path.Combine(Path.GetTempPath(), "topaz-mlnet-" + Guid.NewGuid().ToString("N"));

    public string ParticlePath => Path.Combine(Folder, "particles.txt");

    public ParticleTable Labels { get; } = new();

    public IDataView Load(MLContext ml) => ml.ParticlePicking.LoadMicrographs(Path.Combine(Folder, "*.mrc"), ParticlePath);

    /// <summary>Settings with which a network is trained in a second; it learns little.</summary>
    public static PositiveUnlabeledTrainer.Options Quick(Action<PositiveUnlabeledTrainer.Options>? change = null)
    {
        var options = new PositiveUnlabeledTrainer.Options
        {
            Architecture = new ArchitectureOptions { Name = "conv31", Units = 4 },
            ExpectedParticles = 20,
            Radius = 2,
            MinibatchSize = 32,
            NumberOfEpochs = 2,
            UpdatesPerEpoch = 10,
            Seed = 1,
        };
        change?.Invoke(options);
        return options;
    }

    /// <summary>Downsample by 2, normalise, train, pick.</summary>
    public static EstimatorChain<ParticleExtractingTransformer> Pipeline(MLContext ml, Action<PositiveUnlabeledTrainer.Options>? change = null) =>
        ml.ParticlePicking.Transforms.Preprocess(downsampling: 2)
            .Append(ml.ParticlePicking.Trainers.PositiveUnlabeled(Quick(change)))
            .Append(ml.ParticlePicking.Transforms.ExtractParticles(radius: 6, threshold: -100));

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
