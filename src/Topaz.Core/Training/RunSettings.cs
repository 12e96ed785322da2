using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Topaz.Images;
using Topaz.Networks;
using Topaz.Particles;

namespace Topaz.Training;

/// <summary>What a resumed run must share with the run it continues, by name.</summary>
internal static class RunSettings
{
    public static IReadOnlyDictionary<string, string> Of(
        TrainingOptions options, TrainingData data, ObjectiveChoice objective, double autoencoderWeight, PickerModel? start)
    {
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["objective"] = objective.Name,
            ["pi"] = objective.Pi is { } pi ? ModelMetadata.Text(pi) : "none",
            ["slack"] = options.Slack is { } slack ? ModelMetadata.Text(slack) : "default",
            ["autoencoder weight"] = ModelMetadata.Text(autoencoderWeight),
            ["radius"] = ModelMetadata.Text(options.Radius),
            ["particle radius"] = options.ParticleRadius is { } particle ? ModelMetadata.Text(particle) : "unknown",
            ["minibatch size"] = ModelMetadata.Text(options.MinibatchSize),
            ["share of positives"] = options.NaturalSampling ? "natural" : ModelMetadata.Text(options.PositiveShare),
            ["augmentation"] = options.Augment ? "on" : "off",
            ["learning rate"] = ModelMetadata.Text(options.LearningRateFrom(start is not null)),
            ["learning rate schedule"] = options.LearningRateSchedule == LearningRateSchedule.OneCycle ? "one-cycle" : "constant",
            ["L2 weight"] = ModelMetadata.Text(options.L2),
            ["epochs"] = ModelMetadata.Text(options.Epochs),
            ["patience"] = options.Patience is { } patience ? ModelMetadata.Text(patience) : "endless",
            ["updates per epoch"] = ModelMetadata.Text(options.UpdatesPerEpoch),
            ["seed"] = ModelMetadata.Text(options.Seed),
            ["micrographs and labels"] = Digest(data.Micrographs, data.Particles),
            ["test micrographs and labels"] = Digest(data.TestMicrographs ?? [], data.TestParticles ?? new ParticleTable()),
            ["start"] = start is null ? "random weights" : Digest(start.Weights),
        };
        ModelMetadata.Write(settings, options.Architecture);
        ModelMetadata.Write(settings, options.Preprocessing);
        return settings;
    }

    /// <summary>All settings in one short text.</summary>
    public static string Fingerprint(TrainingOptions options, TrainingData data, PickerModel? start)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string name, string value) in Of(options, data, new ObjectiveChoice(new PositiveNegativeObjective(null), options.Objective, options.Pi), options.AutoencoderWeight ?? -1, start))
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}\n{value}\n"));
        return Short(hash);
    }

    /// <summary>The first setting that differs, with both values; null if none does.</summary>
    public static string? Difference(IReadOnlyDictionary<string, string> there, IReadOnlyDictionary<string, string> here)
    {
        foreach (string name in here.Keys.Union(there.Keys))
        {
            string? first = there.GetValueOrDefault(name), second = here.GetValueOrDefault(name);
            // Checkpoints of older versions do not tell it, and it changes no weights.
            if (first != second && !(name == "patience" && first is null))
                return $"{name} was {first ?? "not given"}, now {second ?? "not given"}";
        }

        return null;
    }

    // Names, sizes and labels, but not grey values: those may differ in the last bit between processors.
    private static string Digest(IEnumerable<Micrograph> micrographs, ParticleTable particles)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Micrograph micrograph in micrographs)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{micrograph.Name}\n{micrograph.Width}x{micrograph.Height}\n")));
            foreach (Particle particle in particles[micrograph.Name])
                hash.AppendData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{particle.X} {particle.Y}\n")));
        }

        return Short(hash);
    }

    private static string Digest(Weights weights)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Tensor tensor in weights.Tensors)
            hash.AppendData(MemoryMarshal.AsBytes(tensor.Data.AsSpan()));
        return Short(hash);
    }

    private static string Short(IncrementalHash hash) => Convert.ToHexString(hash.GetHashAndReset().AsSpan(0, 6));
}
