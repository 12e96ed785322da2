using Topaz.Images;

namespace Topaz.Networks;

/// <summary>A picker as it is stored: network, weights, how its input must be prepared, and how it was trained.</summary>
/// <param name="Architecture">The network.</param>
/// <param name="Weights">Its numbers; the decoder's are present only while it is being trained.</param>
/// <param name="Preprocessing">What a raw micrograph must go through before scoring.</param>
/// <param name="Training">Where the weights come from; null for random ones.</param>
public sealed record PickerModel(
    Architecture Architecture, Weights Weights, Preprocessing Preprocessing, TrainingRecord? Training = null);

/// <summary>What is worth knowing later about how a model was trained.</summary>
public sealed record TrainingRecord
{
    /// <summary>Objective's name, as on the command line.</summary>
    public string Objective { get; init; } = "";

    /// <summary>Expected fraction of positive pixels.</summary>
    public double Pi { get; init; }

    /// <summary>Radius of the labelled disc, in pixels of the downsampled image.</summary>
    public int Radius { get; init; }

    /// <summary>Radius of the particle, in pixels of the downsampled image; null if it was not told.</summary>
    public double? ParticleRadius { get; init; }

    /// <summary>Number of labelled particles it was trained on.</summary>
    public int Labels { get; init; }

    /// <summary>Epoch of the weights, counted from 1.</summary>
    public int Epoch { get; init; }

    /// <summary>Weight updates up to here.</summary>
    public long Updates { get; init; }

    /// <summary>Seed of all random draws.</summary>
    public ulong Seed { get; init; }

    /// <summary>Pixel-level AUPRC on the validation micrographs; null without any.</summary>
    public double? ValidationAuprc { get; init; }

    /// <summary>Expected number of particles on a micrograph, labelled or not; null if only π was told.</summary>
    public double? ExpectedParticles { get; init; }

    /// <summary>What scores are worth, by estimate; null if it could not be told.</summary>
    public ThresholdTable? Thresholds { get; init; }
}
