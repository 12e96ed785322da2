using Topaz.Calibration;
using Topaz.Compute;
using Topaz.Networks;
using Topaz.Training;

namespace Topaz.Search;

/// <summary>
/// Does jobs of a study: trains a trial's folds up to a rung, going on from their checkpoints, and estimates its AUPRC from where the labels stand that were kept from training.
/// </summary>
/// <param name="backend">Where networks run.</param>
/// <param name="data">Micrographs and labels, prepared as it is told.</param>
/// <param name="options">How training is done where nothing is chosen.</param>
/// <param name="particlesPerMicrograph">The estimated number of particles, the same for all trials, so that they are compared fairly.</param>
/// <param name="folds">How many folds.</param>
/// <param name="folder">Where checkpoints are.</param>
/// <param name="start">A model to start from; null for random weights.</param>
internal sealed class PickingTrial(
    IComputeBackend backend, PreparedData data, TrainingOptions options, double particlesPerMicrograph, int folds, string folder, PickerModel? start)
{
    public TrialResult Evaluate(Job job, IProgress<double>? progress, CancellationToken cancellation)
    {
        TrainingOptions chosen = PickingSpace.Apply(options, job.Parameters, particlesPerMicrograph);
        TrainingData prepared = data[chosen.Preprocessing];
        double all = (double)HeldOutLabels.FoldCount(prepared, folds) * job.ToEpochs * chosen.UpdatesPerEpoch;
        LabelRanks ranks = LabelRanks.Of(HeldOutLabels.CrossFit(
            backend, prepared, folds, chosen, start,
            fold => new TrainingFiles
            {
                Prefix = Path.Combine(folder, FormattableString.Invariant($"trial{job.Trial}_fold{fold}")),
                Resume = true,
                KeepModels = false,
                LastEpoch = job.ToEpochs,
            },
            progress is null ? null : new Fraction(progress, all), cancellation));
        return new TrialResult(PickPrecision.Estimate(ranks, particlesPerMicrograph).AveragePrecision, ranks.ToString());
    }

    private sealed class Fraction(IProgress<double> progress, double all) : IProgress<long>
    {
        public void Report(long value) => progress.Report(value / all);
    }
}
