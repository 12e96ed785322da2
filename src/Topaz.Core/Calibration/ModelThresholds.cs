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
    private const int EnoughLabels = 20, MostMicrographs = 24;

    /// <summary>Whether test micrographs have labels enough, so that <see cref="Estimate"/> need not be told the number of particles.</summary>
    public static bool HasTest(TrainingData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return data.TestMicrographs?.Sum(micrograph => data.TestParticles?[micrograph.Name].Count ?? 0) >= EnoughLabels;
    }

    /// <summary>
    /// The model with a table of what its scores are worth: from how sharply its scores fall around the last particles, and how many these are, which is told, or follows from
    /// where the labels of test micrographs stand among its picks.
    /// </summary>
    /// <param name="backend">Where the model runs.</param>
    /// <param name="model">A trained model.</param>
    /// <param name="data">What it was trained and validated on.</param>
    /// <param name="options">How it was trained.</param>
    /// <param name="particlesPerMicrograph">How many particles a labelled training micrograph holds, by estimate; null if that is not known.</param>
    /// <param name="cancellation">Stops at once.</param>
    /// <returns>The model as it is where nothing can be told.</returns>
    public static PickerModel Estimate(
        IComputeBackend backend, PickerModel model, TrainingData data, TrainingOptions options, double? particlesPerMicrograph,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        // The objective that was asked for may have been replaced.
        ObjectiveKind objective = ObjectiveFactory.KindOf(model.Training!.Objective) ?? options.Objective;
        ThresholdTable? table = (HasTest(data) ? FromTest() : null) ?? (particlesPerMicrograph is { } known ? FromNumber(known) : null);
        return table is null ? model : model with { Training = model.Training! with { Thresholds = table } };

        ThresholdTable? FromNumber(double particles)
        {
            var calibration = new ThresholdCalibration(Picks(data.Micrographs, data.Particles));
            return calibration.Table(calibration.Estimate(particles, objective));
        }

        ThresholdTable? FromTest()
        {
            ParticleTable picks = Picks(data.TestMicrographs!, data.TestParticles!);
            LabelRanks ranks = LabelRanks.Of(RankedPicks.Of(picks, data.TestParticles!, options.MatchRadius));
            if (ranks.Found.Count == 0 || PickPrecision.Estimate(ranks) is not { IsKnown: true } rough)
                return null;
            var calibration = new ThresholdCalibration(picks);
            return calibration.Table(PickPrecision.Estimate(ranks, slope: calibration.Slope(rough.ParticlesPerMicrograph, objective)));
        }

        ParticleTable Picks(IReadOnlyList<Micrograph> micrographs, ParticleTable labels) => HeldOutLabels.Pick(
            backend, model, HeldOutLabels.Some(micrographs, labels, MostMicrographs), options.PickRadius, cancellation);
    }
}
