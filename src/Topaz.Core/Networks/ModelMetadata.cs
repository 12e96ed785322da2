using System.Globalization;
using Topaz.Images;

namespace Topaz.Networks;

/// <summary>How architecture, preprocessing and training record are written as a flat map of strings.</summary>
internal static class ModelMetadata
{
    private const string Prefix = "topaz.", ThresholdsKey = "training.thresholds";

    public static void Write(IDictionary<string, string> metadata, ArchitectureOptions options)
    {
        metadata[Prefix + "architecture"] = options.Name;
        metadata[Prefix + "units"] = Text(options.Units);
        metadata[Prefix + "batch_norm"] = options.BatchNorm ? "true" : "false";
        metadata[Prefix + "dropout"] = Text(options.Dropout);
        metadata[Prefix + "max_pooling"] = options.MaxPooling ? "true" : "false";
        metadata[Prefix + "decoder_units"] = Text(options.DecoderUnits);
    }

    public static void Write(IDictionary<string, string> metadata, Preprocessing preprocessing)
    {
        metadata[Prefix + "downsampling"] = Text(preprocessing.Downsampling);
        metadata[Prefix + "normalization"] = preprocessing.Normalization switch
        {
            Normalization.None => "none",
            Normalization.Affine => "affine",
            Normalization.Mixture => "mixture",
            _ => throw new ArgumentOutOfRangeException(nameof(preprocessing)),
        };
    }

    public static void Write(IDictionary<string, string> metadata, TrainingRecord training)
    {
        metadata[Prefix + "training.objective"] = training.Objective;
        metadata[Prefix + "training.pi"] = Text(training.Pi);
        metadata[Prefix + "training.radius"] = Text(training.Radius);
        metadata[Prefix + "training.labels"] = Text(training.Labels);
        metadata[Prefix + "training.epoch"] = Text(training.Epoch);
        metadata[Prefix + "training.updates"] = Text(training.Updates);
        metadata[Prefix + "training.seed"] = Text(training.Seed);
        if (training.ParticleRadius is { } particleRadius)
            metadata[Prefix + "training.particle_radius"] = Text(particleRadius);
        if (training.ValidationAuprc is { } auprc)
            metadata[Prefix + "training.validation_auprc"] = Text(auprc);
        if (training.ExpectedParticles is { } expected)
            metadata[Prefix + "training.expected_particles"] = Text(expected);
        if (training.Thresholds is { } thresholds)
            metadata[Prefix + ThresholdsKey] = thresholds.ToString();
    }

    public static Architecture ReadArchitecture(IReadOnlyDictionary<string, string> metadata, string path)
    {
        var options = new ArchitectureOptions
        {
            Name = Get(metadata, path, "architecture"),
            Units = Number<int>(metadata, path, "units"),
            BatchNorm = Flag(metadata, path, "batch_norm"),
            Dropout = Number<double>(metadata, path, "dropout"),
            MaxPooling = Flag(metadata, path, "max_pooling"),
            DecoderUnits = Number<int>(metadata, path, "decoder_units"),
        };
        try
        {
            return ArchitectureFactory.Create(options);
        }
        catch (TopazException failure)
        {
            throw new TopazException($"{path}: {failure.Message}", failure);
        }
    }

    public static Preprocessing ReadPreprocessing(IReadOnlyDictionary<string, string> metadata, string path)
    {
        double downsampling = Number<double>(metadata, path, "downsampling");
        if (!(downsampling >= 1 && double.IsFinite(downsampling)))
            throw Bad(path, "downsampling", Text(downsampling));
        string normalization = Get(metadata, path, "normalization");
        return new Preprocessing(downsampling, normalization switch
        {
            "none" => Normalization.None,
            "affine" => Normalization.Affine,
            "mixture" => Normalization.Mixture,
            _ => throw Bad(path, "normalization", normalization),
        });
    }

    public static TrainingRecord? ReadTraining(IReadOnlyDictionary<string, string> metadata, string path) =>
        !metadata.ContainsKey(Prefix + "training.objective") ? null : new TrainingRecord
        {
            Objective = Get(metadata, path, "training.objective"),
            Pi = Number<double>(metadata, path, "training.pi"),
            Radius = Number<int>(metadata, path, "training.radius"),
            ParticleRadius = Optional(metadata, path, "training.particle_radius"),
            Labels = Number<int>(metadata, path, "training.labels"),
            Epoch = Number<int>(metadata, path, "training.epoch"),
            Updates = Number<long>(metadata, path, "training.updates"),
            Seed = Number<ulong>(metadata, path, "training.seed"),
            ValidationAuprc = Optional(metadata, path, "training.validation_auprc"),
            ExpectedParticles = Optional(metadata, path, "training.expected_particles"),
            Thresholds = ReadThresholds(metadata, path),
        };

    private static ThresholdTable? ReadThresholds(IReadOnlyDictionary<string, string> metadata, string path)
    {
        if (!metadata.TryGetValue(Prefix + ThresholdsKey, out string? text))
            return null;
        return ThresholdTable.TryParse(text) ?? throw Bad(path, ThresholdsKey, TopazException.Quoted(text));
    }

    public static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

    public static string Get(IReadOnlyDictionary<string, string> metadata, string path, string key) =>
        metadata.TryGetValue(Prefix + key, out string? value)
            ? value
            : throw new TopazException($"{path}: its metadata has no '{Prefix}{key}'; it was not written by this program.");

    public static T Number<T>(IReadOnlyDictionary<string, string> metadata, string path, string key)
        where T : struct, ISpanParsable<T>
    {
        string text = Get(metadata, path, key);
        return T.TryParse(text, CultureInfo.InvariantCulture, out T value) ? value : throw Bad(path, key, text);
    }

    private static double? Optional(IReadOnlyDictionary<string, string> metadata, string path, string key) =>
        metadata.ContainsKey(Prefix + key) ? Number<double>(metadata, path, key) : null;

    private static bool Flag(IReadOnlyDictionary<string, string> metadata, string path, string key) =>
        Get(metadata, path, key) switch { "true" => true, "false" => false, string text => throw Bad(path, key, text) };

    private static TopazException Bad(string path, string key, string value) =>
        new($"{path}: '{Prefix}{key}' cannot be '{value}'; the file is damaged or of a newer version.");
}
