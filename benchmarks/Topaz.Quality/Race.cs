using System.Diagnostics;
using Topaz.Compute;
using Topaz.Particles;
using Topaz.Search;
using Topaz.Simulation;
using Topaz.Training;

namespace Topaz.Quality;

/// <summary>
/// A search of 16 trials beside full trainings with random settings, at most 16, in the same time; the best of each is trained on all labels and tested.
/// </summary>
internal static class Race
{
    private const int Labels = 50, Trials = 16;

    public static void Run()
    {
        var backend = new CpuBackend();
        Console.WriteLine("kind\tseed\tsearch_auprc\trandom_auprc\tseconds\trandom_trials");
        foreach (ulong seed in (ulong[])[51, 52])
        {
            foreach (ParticleKind kind in Enum.GetValues<ParticleKind>())
            {
                DataSet set = DataSet.Simulate(kind, snr: 0.1, density: 150, seed);
                ParticleTable labels = set.Labels(Labels, seed);
                var data = new PreparedData(preprocessing => set.Prepare(labels, preprocessing));
                // The smallest network, so that all this ends within the hour.
                TrainingOptions training = DataSet.Options(set.Radius, seed) with { Epochs = 9, UpdatesPerEpoch = 40 };
                training = training with { Architecture = training.Architecture with { Name = "conv31" } };
                SearchSpace space = PickingSpace.Create(training, isRaw: true).Narrow(PickingSpace.Architecture, "conv31").Narrow(PickingSpace.Units, "16");
                var options = new PickingSearchOptions { Training = training, Space = space };
                string folder = Directory.CreateTempSubdirectory("topaz-race-").FullName;
                try
                {
                    var clock = Stopwatch.StartNew();
                    (double ours, _) = Search(Path.Combine(folder, "search.db"), options, new SearchLimits(Trials));
                    TimeSpan time = clock.Elapsed;
                    (double random, int trials) = Search(
                        Path.Combine(folder, "random.db"), options with { Sampler = SamplerKind.Random, Rungs = 1, Space = RandomDefaults(space, seed) }, new SearchLimits(Trials, time));
                    Console.WriteLine($"{kind}\t{seed}\t{ours:0.000}\t{random:0.000}\t{time.TotalSeconds:0}\t{trials}");
                }
                finally
                {
                    Directory.Delete(folder, recursive: true);
                }

                (double Auprc, int Trials) Search(string study, PickingSearchOptions wanted, SearchLimits limits)
                {
                    using PickingSearch search = PickingSearch.CreateOrContinue(study, backend, data, wanted);
                    search.Run(limits);
                    TrainingResult best = search.TrainBest();
                    int pickRadius = search.BestOptions(search.Study.Best!).PickRadius;
                    return (set.Evaluate(backend, best.Model, pickRadius).AveragePrecision, search.Study.Results.Count);
                }
            }
        }
    }

    /// <summary>A space whose first trial is as random as the others.</summary>
    private static SearchSpace RandomDefaults(SearchSpace space, ulong seed)
    {
        var random = new RandomStream(seed, 78);
        return new SearchSpace([.. space.Dimensions.Select(dimension => dimension switch
        {
            RangeDimension range => range with { Default = range.At(random.NextDouble()) },
            CategoricalDimension some => some with { Default = some.Values[random.NextInt32(some.Values.Count)] },
            _ => dimension,
        })]);
    }
}
