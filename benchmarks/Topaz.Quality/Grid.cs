using Topaz.Calibration;
using Topaz.Compute;
using Topaz.Particles;
using Topaz.Picking;
using Topaz.Simulation;
using Topaz.Training;

namespace Topaz.Quality;

/// <summary>
/// Settings found from 50 labels and nothing else, beside the best of a grid of settings by one who knows the radius and the number of particles.
/// The best of several trainings is partly luck, so the settings that won are trained again with other seeds, and the automatic ones beside them.
/// </summary>
internal static class Grid
{
    private const int Labels = 50;
    private const ulong Seed = 7;
    private static readonly ulong[] s_otherSeeds = [8, 9];

    public static void Run(string data, string only)
    {
        var backend = new CpuBackend();
        Console.WriteLine("set\tautomatic\tbest_of_grid\tautomatic_again\tbest_again\tradius_ratio\tparticles_ratio\tbest_settings\tgrid\tautomatic_seeds\tbest_seeds");
        IEnumerable<DataSet> simulated = Enum.GetValues<ParticleKind>().Select(kind => DataSet.Simulate(kind, snr: 0.1, density: 150, Seed));
        foreach (DataSet set in DataSet.Real(data).Concat(simulated).Where(set => set.Name.Contains(only, StringComparison.OrdinalIgnoreCase)))
        {
            ParticleTable labels = set.Labels(Labels, Seed);
            double radius = LabelBlob.Measure(set.Train, labels).Radius;
            TrainingOptions options = DataSet.Options(radius, Seed) with { Epochs = 1 };
            TrainingData training = set.Prepare(labels, options.Preprocessing);
            options = options with { UpdatesPerEpoch = TrainingBudget.UpdatesPerEpoch(training, 1, start: null) };
            options = options with { ExpectedParticles = Pilot.Run(backend, training, options).ParticlesPerMicrograph };
            double automatic = Auprc(set, labels, options, backend);

            var grid = new List<(double Auprc, string Name, TrainingOptions Options)>();
            foreach (double particles in (double[])[0.5, 1, 2])
            {
                foreach (double disc in (double[])[0.25, 0.5])
                {
                    TrainingOptions tried = DataSet.Options(set.Radius, Seed) with { Epochs = 1, UpdatesPerEpoch = options.UpdatesPerEpoch, ExpectedParticles = particles * set.ParticlesPerMicrograph };
                    tried = tried with { Radius = (int)Math.Max(1, Math.Round(disc * tried.ParticleRadius!.Value)) };
                    grid.Add((Auprc(set, labels, tried, backend), $"particles x{particles}, radius {disc}", tried));
                }
            }

            (double best, string name, TrainingOptions bestOptions) = grid.MaxBy(point => point.Auprc);
            double[] automaticAgain = Again(options), bestAgain = Again(bestOptions);
            Console.WriteLine(
                $"{set.Name}\t{automatic:0.000}\t{best:0.000}\t{automaticAgain.Average():0.000}\t{bestAgain.Average():0.000}\t{radius / set.Radius:0.00}\t" +
                $"{options.ExpectedParticles / set.ParticlesPerMicrograph:0.00}\t{name}\t{List(grid.Select(point => point.Auprc))}\t{List(automaticAgain)}\t{List(bestAgain)}");

            double[] Again(TrainingOptions again) => [.. s_otherSeeds.Select(seed => Auprc(set, labels, again with { Seed = seed }, backend))];
        }
    }

    private static string List(IEnumerable<double> values) => string.Join(' ', values.Select(value => value.ToString("0.000")));

    private static double Auprc(DataSet set, ParticleTable labels, TrainingOptions options, CpuBackend backend) => set.Evaluate(
        backend, new TrainingSession(backend, set.Prepare(labels, options.Preprocessing), options).Run().Model, options.PickRadius).AveragePrecision;
}
