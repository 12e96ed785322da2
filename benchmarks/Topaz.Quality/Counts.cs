using Topaz.Calibration;
using Topaz.Compute;
using Topaz.Simulation;
using Topaz.Training;

namespace Topaz.Quality;

/// <summary>How well the number of particles is estimated from a few labels.</summary>
internal static class Counts
{
    public static void Run()
    {
        var backend = new CpuBackend();
        Console.WriteLine("kind\tsnr\tdensity\tlabels\tseed\ttrue\testimate\tlow\thigh\tis_known");
        foreach (double snr in (double[])[0.2, 0.1, 0.05])
        {
            foreach (double density in (double[])[80, 250])
            {
                foreach (ParticleKind kind in Enum.GetValues<ParticleKind>())
                {
                    ulong seed = 100 + (ulong)(1000 * snr) + (ulong)density;
                    DataSet set = DataSet.Simulate(kind, snr, density, seed);
                    TrainingOptions options = DataSet.Options(set.Radius, seed);
                    foreach (int labels in (int[])[25, 50, 200])
                    {
                        PickPrecision found = Pilot.Run(backend, set.Prepare(set.Labels(labels, seed), options.Preprocessing), options);
                        Console.WriteLine($"{kind}\t{snr}\t{density}\t{labels}\t{seed}\t{set.ParticlesPerMicrograph:0.0}\t{found.ParticlesPerMicrograph:0.0}\t{found.Low:0.0}\t{found.High:0.0}\t{found.IsKnown}");
                    }
                }
            }
        }
    }
}
