using Topaz.Compute;
using Topaz.Networks;
using Topaz.Training;

namespace Topaz.Calibration;

/// <summary>
/// Finds out how many particles there are before the real training, which wants to know. A small network learns to tell labelled pixels from all others,
/// for which no number is needed, on two thirds of the labelled micrographs and ranks the labels of the rest, three times.
/// </summary>
public static class Pilot
{
    /// <summary>So many labels it takes to tell anything.</summary>
    public const int FewestLabels = 6;

    // The smallest network finds labels again well enough for counting, in a fifth of the time of the next larger one.
    private const string Network = "conv31";
    // It takes twice as much for particles that is none as one trained to pick.
    private const double Junk = 0.5;
    private const int Folds = 3, Updates = 400, Units = 16, MostMicrographs = 24;

    /// <summary>Weight updates of all networks together.</summary>
    public static int PlannedUpdates(TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Folds * UpdatesOf(options);
    }

    /// <summary>Estimates.</summary>
    /// <param name="backend">Where networks run.</param>
    /// <param name="data">Prepared micrographs and their labels; 24 of those with labels are enough.</param>
    /// <param name="options">How the real training will be done; of it the radii and the seed count.</param>
    /// <param name="start">The model that training starts from; null for random weights.</param>
    /// <param name="progress">Told of weight updates.</param>
    /// <param name="cancellation">Stops at once.</param>
    /// <exception cref="TopazException">Data make no sense, or the labels tell nothing.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static PickPrecision Run(
        IComputeBackend backend, TrainingData data, TrainingOptions options, PickerModel? start = null,
        IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        if (data.LabelCount < FewestLabels)
            throw new TopazException($"Too few labels ({data.LabelCount}) to tell how many particles there are, for which it takes {FewestLabels}, and 50 to tell it well; give the expected number (-n, ExpectedParticles).");
        TrainingOptions pilot = options with
        {
            Architecture = start?.Architecture.Options ?? new ArchitectureOptions { Name = Network, Units = Units },
            Objective = ObjectiveKind.PN,
            Pi = null,
            ExpectedParticles = null,
            AutoencoderWeight = 0,
            LearningRate = null,
            NaturalSampling = false,
            Epochs = 1,
            UpdatesPerEpoch = UpdatesOf(options),
        };
        IReadOnlyList<RankedPicks> ranked = HeldOutLabels.CrossFit(
            backend, data with { Micrographs = HeldOutLabels.Some(data.Micrographs, data.Particles, MostMicrographs) }, Folds, pilot, start, files: null, progress, cancellation);
        LabelRanks labels = LabelRanks.Of(ranked);
        PickPrecision rough = PickPrecision.Estimate(labels, junk: Junk);
        return rough.IsKnown && ScoreMixture.Count(ranked, rough.ParticlesPerMicrograph) is { } count
            ? PickPrecision.Estimate(labels, junk: Junk, count: count)
            : rough;
    }

    /// <summary>Estimates, for those who cannot do without.</summary>
    /// <inheritdoc cref="Run"/>
    /// <exception cref="TopazException">Data make no sense, or the labels tell nothing.</exception>
    public static PickPrecision Require(
        IComputeBackend backend, TrainingData data, TrainingOptions options, PickerModel? start = null,
        IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        PickPrecision found = Run(backend, data, options, start, progress, cancellation);
        return found.IsKnown
            ? found
            : throw new TopazException(
                "The labels do not tell how many particles there are, for a small network could hardly find them again; give the expected number (-n, ExpectedParticles), and check the labels.");
    }

    private static int UpdatesOf(TrainingOptions options) => (int)Math.Min(Updates, options.PlannedUpdates);
}
