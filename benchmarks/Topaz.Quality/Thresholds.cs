using Topaz.Calibration;
using Topaz.Compute;
using Topaz.Evaluation;
using Topaz.Networks;
using Topaz.Simulation;
using Topaz.Training;

namespace Topaz.Quality;

/// <summary>How well the suggested threshold and what is said of it come true on micrographs that were not seen.</summary>
internal static class Thresholds
{
    public static void Run()
    {
        var backend = new CpuBackend();
        Console.WriteLine("kind\tsnr\tlabels\tseed\tparticles\test_particles\tauprc\tbest_f1\tthreshold\test_precision\tprecision\test_recall\trecall\tf1");
        // Each row has micrographs of its own, and many to test on: precision there is partly luck.
        ulong seed = 30;
        foreach (double snr in (double[])[0.15, 0.05])
        {
            foreach (ParticleKind kind in Enum.GetValues<ParticleKind>())
            {
                foreach (int labels in (int[])[50, 200])
                {
                    DataSet set = DataSet.Simulate(kind, snr, density: 250, ++seed, testCount: 12);
                    TrainingOptions options = DataSet.Options(set.Radius, seed) with { Epochs = 1, UpdatesPerEpoch = 300 };
                    TrainingData data = set.Prepare(set.Labels(labels, seed), options.Preprocessing);
                    // The pilot takes its own time, also where the rest is trained for less.
                    double particles = Pilot.Run(backend, data, options with { UpdatesPerEpoch = 1000 }).ParticlesPerMicrograph;
                    options = options with { ExpectedParticles = particles };
                    PickerModel model = new TrainingSession(backend, data, options).Run().Model;
                    model = ModelThresholds.Estimate(backend, model, data, options, particles);
                    PrecisionRecallCurve curve = set.Evaluate(backend, model, options.PickRadius);
                    ThresholdPoint point = model.Training!.Thresholds!.Suggested;
                    (double precision, double recall) = curve.At((float)point.Threshold);
                    Console.WriteLine($"{kind}\t{snr}\t{labels}\t{seed}\t{set.ParticlesPerMicrograph:0}\t{particles:0}\t{curve.AveragePrecision:0.000}\t{curve.BestF1:0.000}\t{point.Threshold:0.00}\t{point.Precision:0.000}\t{precision:0.000}\t{point.Recall:0.000}\t{recall:0.000}\t{PrecisionRecallCurve.F1(precision, recall):0.000}");
                }
            }
        }
    }
}
