using Topaz.Compute;
using Topaz.Images;
using Topaz.Networks;
using Topaz.Particles;
using Topaz.Training;

namespace Topaz.Calibration;

/// <summary>Finds out what a trained model's scores are worth.</summary>
public static class ModelThresholds
{
    // The recall at a threshold is known to about ±0.1 from so many.
    private const int EnoughLabels = 20;

    private const int Folds = 3, MostMicrographs = 24;
    private const long MostUpdates = 400;

    /// <summary>Whether test micrographs have labels enough, so that <see cref="Estimate"/> takes little time.</summary>
    public static bool HasTest(TrainingData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return data.TestMicrographs?.Sum(micrograph => data.TestParticles?[micrograph.Name].Count ?? 0) >= EnoughLabels;
    }

    /// <summary>Weight updates of the networks that <see cref="Estimate"/> trains; 0 with test micrographs.</summary>
    public static long PlannedUpdates(TrainingData data, TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return HasTest(data) ? 0 : Folds * Math.Min(MostUpdates, options.PlannedUpdates);
    }

    /// <summary>
    /// The model with a table of what its scores are worth. If test micrographs have labels enough, these are ranked among its picks; else three networks are
    /// trained alike, each without a third of the labelled micrographs, and rank the labels of these, and what they were worth carries over to the model by rank.
    /// </summary>
    /// <param name="backend">Where the model runs.</param>
    /// <param name="model">A trained model.</param>
    /// <param name="data">What it was trained and validated on.</param>
    /// <param name="options">How it was trained; of longer trainings 400 updates are repeated.</param>
    /// <param name="start">The model that training started from; null for random weights.</param>
    /// <param name="progress">Told of weight updates.</param>
    /// <param name="cancellation">Stops at once.</param>
    /// <returns>The model as it is where nothing can be told.</returns>
    public static PickerModel Estimate(
        IComputeBackend backend, PickerModel model, TrainingData data, TrainingOptions options, PickerModel? start = null,
        IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        if (HasTest(data))
        {
            ParticleTable picks = HeldOutLabels.Pick(backend, model, Labelled(data.TestMicrographs!, data.TestParticles!), options.PickRadius, cancellation);
            var ranks = new LabelRanks();
            ranks.Add(picks, data.TestParticles!, options.PickRadius);
            return With(model, picks, ranks);
        }

        TrainingOptions shorter = options with
        {
            Epochs = 1,
            UpdatesPerEpoch = (int)Math.Min(MostUpdates, options.PlannedUpdates),
            LearningRate = options.LearningRate is null || options.PlannedUpdates > MostUpdates ? null : options.LearningRate,
        };
        TrainingData some = data with { Micrographs = HeldOutLabels.Some(data, MostMicrographs) };
        return FromFolds(
            backend, model, some, options,
            HeldOutLabels.CrossFit(backend, HeldOutLabels.Folds(some, Folds), shorter, start, files: null, progress, cancellation), cancellation);
    }

    /// <summary>The model with a table of what its scores are worth, from labels that networks trained alike ranked.</summary>
    /// <param name="backend">Where the model runs.</param>
    /// <param name="model">A trained model.</param>
    /// <param name="data">What it was trained on.</param>
    /// <param name="options">How it was trained.</param>
    /// <param name="ranks">Where labels stand that were kept from training.</param>
    /// <param name="cancellation">Stops at once.</param>
    public static PickerModel FromFolds(
        IComputeBackend backend, PickerModel model, TrainingData data, TrainingOptions options, LabelRanks ranks, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        return With(model, HeldOutLabels.Pick(backend, model, Labelled(data.Micrographs, data.Particles), options.PickRadius, cancellation), ranks);
    }

    private static PickerModel With(PickerModel model, ParticleTable picks, LabelRanks ranks)
    {
        if (ranks.Found.Count == 0 || PickPrecision.Estimate(ranks) is not { IsKnown: true } precision)
            return model;
        return model with { Training = model.Training! with { Thresholds = ThresholdCalibration.Of(picks, precision) } };
    }

    private static IEnumerable<Micrograph> Labelled(IEnumerable<Micrograph> micrographs, ParticleTable labels) =>
        micrographs.Where(micrograph => labels[micrograph.Name].Count > 0);
}
