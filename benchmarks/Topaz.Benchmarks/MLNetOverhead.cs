using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Topaz.Compute;
using Topaz.Images;
using Topaz.MLNet;
using Topaz.Networks;
using Topaz.Particles;
using Topaz.Picking;
using Topaz.Simulation;
using Topaz.Training;

namespace Topaz.Benchmarks;

/// <summary>
/// What the way through ML.NET costs: the same training and picking by the core alone and by a pipeline, each in a process of its own, in
/// turn. Both must pick the same.
/// </summary>
internal static class MLNetOverhead
{
    private const int Micrographs = 6, Size = 4096, Factor = 4, Radius = 8;
    private const double Expected = 250;

    private static readonly Preprocessing Prepare = new(Factor, Normalization.Mixture);

    /// <summary>Arguments: number of rounds (3); or, in a child process, the variant and the data's folder.</summary>
    public static int Run(string[] args)
    {
        if (args is [var variant, var folder])
            return Child(variant, folder);
        int rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 3;
        string data = Directory.CreateTempSubdirectory("topaz-overhead").FullName;
        try
        {
            Simulate(data);
            var results = new Dictionary<string, List<(double Fit, double Transform, double Memory, string Picks)>> { ["core"] = [], ["pipeline"] = [] };
            for (int round = 0; round < rounds; round++)
            {
                foreach ((string name, var list) in results)
                    list.Add(Measure(name, data));
            }

            Console.WriteLine($"{Micrographs} micrographs of {Size} x {Size} by {Factor}, medians of {rounds} rounds in turn, built with {typeof(MLContext).Assembly.GetName().Name}");
            Console.WriteLine("            fit, s   transform, s   peak memory, MB");
            foreach ((string name, var list) in results)
                Console.WriteLine($"{name,-9}{Median(list.Select(run => run.Fit)),9:F3}{Median(list.Select(run => run.Transform)),15:F3}{Median(list.Select(run => run.Memory)) / 1e6,18:F1}");
            string[] picks = [.. results.Values.SelectMany(list => list.Select(run => run.Picks)).Distinct()];
            Console.WriteLine(picks.Length == 1 ? "all picks are the same" : "THE PICKS DIFFER");
            return picks.Length == 1 ? 0 : 1;
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static void Simulate(string folder)
    {
        var options = new SimulationOptions { Width = Size, Height = Size, PixelSize = 0.9, Particles = Expected };
        var labels = new ParticleTable();
        for (int i = 0; i < Micrographs; i++)
        {
            SimulatedMicrograph made = MicrographSimulator.Simulate(options, i);
            MrcFile.Write(Path.Combine(folder, made.Micrograph.Name + ".mrc"), made.Micrograph);
            labels.Add(made.Micrograph.Name, made.Particles);
        }

        ParticleFile.Write(Path.Combine(folder, "particles.txt"), labels);
    }

    private static (double Fit, double Transform, double Memory, string Picks) Measure(string variant, string folder)
    {
        using Process child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["mlnet", variant, folder]) { RedirectStandardOutput = true })!;
        string[] words = child.StandardOutput.ReadToEnd().Split();
        child.WaitForExit();
        return (Number(words[0]), Number(words[1]), Number(words[2]), words[3]);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static int Child(string variant, string folder)
    {
        (double fit, double transform, List<float> picks) = variant == "core" ? Core(folder) : Pipeline(folder);
        // Not HashCode, which every process seeds anew.
        long sum = picks.Aggregate(17L, (sum, value) => unchecked(sum * 31 + BitConverter.SingleToInt32Bits(value)));
        Console.WriteLine(FormattableString.Invariant($"{fit} {transform} {Process.GetCurrentProcess().PeakWorkingSet64} {picks.Count}-{sum:x}"));
        return 0;
    }

    private static TrainingOptions Options => new()
    {
        Architecture = new ArchitectureOptions { Units = 16 },
        Preprocessing = Prepare,
        ExpectedParticles = Expected,
        AutoencoderWeight = 0,
        MinibatchSize = 128,
        Epochs = 1,
        UpdatesPerEpoch = 200,
        Seed = 1,
    };

    private static (double Fit, double Transform, List<float> Picks) Core(string folder)
    {
        IReadOnlyList<ImageEntry> images = ImageList.Read(folder);
        ParticleTable raw = ParticleFile.Read(Path.Combine(folder, "particles.txt"));
        long start = Stopwatch.GetTimestamp();
        Micrograph[] prepared = [.. images.Select(Load)];
        var labels = new ParticleTable();
        foreach (Micrograph image in prepared)
            labels.Add(image.Name, raw[image.Name].Select(image.FromRaw));
        PickerModel model = new TrainingSession(new CpuBackend(), new TrainingData(prepared, labels), Options).Run().Model;
        double fit = Stopwatch.GetElapsedTime(start).TotalSeconds;

        start = Stopwatch.GetTimestamp();
        using IScorer scorer = new CpuBackend().CreateScorer(model);
        var picks = new List<float>();
        foreach (ImageEntry image in images)
        {
            Micrograph map = scorer.Score(Load(image));
            picks.AddRange(NonMaximumSuppression.Pick(map, Radius, -6).Select(map.ToRaw).SelectMany(pick => (float[])[(float)pick.X, (float)pick.Y, pick.Score]));
        }

        return (fit, Stopwatch.GetElapsedTime(start).TotalSeconds, picks);

        static Micrograph Load(ImageEntry image) => Preprocessor.Apply(MicrographFile.Read(image.Path), Prepare);
    }

    private static (double Fit, double Transform, List<float> Picks) Pipeline(string folder)
    {
        var ml = new MLContext(seed: 1);
        TrainingOptions options = Options;
        IDataView data = ml.ParticlePicking.LoadMicrographs(folder, Path.Combine(folder, "particles.txt"));
        long start = Stopwatch.GetTimestamp();
        var model = ml.ParticlePicking.Transforms.Preprocess(Factor)
            .Append(ml.ParticlePicking.Trainers.PositiveUnlabeled(new PositiveUnlabeledTrainer.Options
            {
                Architecture = options.Architecture,
                ExpectedParticles = options.ExpectedParticles,
                MinibatchSize = options.MinibatchSize,
                NumberOfEpochs = options.Epochs,
                UpdatesPerEpoch = options.UpdatesPerEpoch,
                Seed = options.Seed,
            }))
            .Append(ml.ParticlePicking.Transforms.ExtractParticles(Radius)).Fit(data);
        double fit = Stopwatch.GetElapsedTime(start).TotalSeconds;

        start = Stopwatch.GetTimestamp();
        var picks = new List<float>();
        foreach (MicrographPicks row in ml.Data.CreateEnumerable<MicrographPicks>(model.Transform(data), reuseRowObject: true))
            picks.AddRange(row.X.Zip(row.Y, row.Score).SelectMany(pick => (float[])[pick.First, pick.Second, pick.Third]));
        return (fit, Stopwatch.GetElapsedTime(start).TotalSeconds, picks);
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
