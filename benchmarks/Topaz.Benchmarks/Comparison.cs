using System.Diagnostics;
using System.Globalization;
using Topaz.Compute;
using Topaz.Images;
using Topaz.Networks;

namespace Topaz.Benchmarks;

/// <summary>
/// Times scoring and training beside PyTorch, in turn (ours, theirs, ours, theirs, …), so that a machine whose speed drifts
/// treats both alike.
/// </summary>
internal static class Comparison
{
    /// <summary>Arguments: number of runs (5), number of threads (2).</summary>
    public static int Run(string[] args)
    {
        int threads = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 2;
        var backend = new CpuBackend(threads);
        Console.WriteLine($"Topaz CPU engine: {backend.Level}, {backend.Threads} threads");
        return Run(backend, args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 5, "cpu", threads, [1024]);
    }

    /// <param name="backend">Ours.</param>
    /// <param name="runs">How often scoring is timed.</param>
    /// <param name="device">Where PyTorch computes: cpu, or cuda.</param>
    /// <param name="threads">Threads of PyTorch.</param>
    /// <param name="widths">Widths of the micrographs to score.</param>
    /// <param name="finish">Waits for what ours has begun.</param>
    public static int Run(IComputeBackend backend, int runs, string device, int threads, int[] widths, Action? finish = null)
    {
        using Rival? rival = Rival.Start(device, threads);
        Console.WriteLine(rival?.Version ?? $"PyTorch is not installed (Debian: apt-get install python3-torch) or cannot use {device}; timing ours alone");

        Architecture architecture = ArchitectureFactory.Create(new ArchitectureOptions());
        Weights weights = WeightInitializer.Create(architecture, seed: 1);
        Micrograph[] images = [.. widths.Select(Noise)];
        using IScorer scorer = backend.CreateScorer(
            new PickerModel(architecture, weights, Preprocessing.None));
        using INetworkTrainer trainer = backend.CreateTrainer(
            architecture, new TrainerState(weights), [images[0]], new TrainerOptions());
        Crop[] crops = [.. Enumerable.Range(0, 256).Select(i => new Crop(0, 100 + 3 * i, 950 - 3 * i, 0.1f * i, i % 2 == 0))];
        var gradient = new double[crops.Length];
        Array.Fill(gradient, 1e-3);

        Console.WriteLine("seconds                        ours: min  median  max    PyTorch: min  median  max    PyTorch / ours");
        foreach (Micrograph image in images)
            Compare($"score {image.Width} x {image.Width}, resnet8 u32", $"score {image.Width}", runs, rival, () => scorer.Score(image));
        Compare("training step, 256 crops", "step", 2 * runs, rival, () =>
        {
            trainer.Forward(crops);
            trainer.Backward(gradient);
            trainer.Step(1e-3);
            finish?.Invoke();
        });
        if (rival is not null && device == "cpu")
            Console.WriteLine($"peak memory: ours {Environment.WorkingSet / 1e9:F2} GB now, PyTorch {rival.Ask("memory") / 1e9:F2} GB");
        return 0;
    }

    private static void Compare(string name, string task, int runs, Rival? rival, Action ours)
    {
        ours();
        rival?.Ask(task);
        double[] mine = new double[runs], theirs = new double[runs];
        for (int i = 0; i < runs; i++)
        {
            long start = Stopwatch.GetTimestamp();
            ours();
            mine[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
            theirs[i] = rival?.Ask(task) ?? double.NaN;
        }

        double ratio = Median(mine.Zip(theirs, (a, b) => b / a));
        Console.WriteLine($"{name,-36} {Spread(mine)}            {Spread(theirs)}    {ratio,8:F2}");
    }

    private static string Spread(double[] values) => $"{values.Min(),7:F3} {Median(values),7:F3} {values.Max(),7:F3}";

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }

    private static Micrograph Noise(int width)
    {
        var random = new RandomStream(1);
        var pixels = new float[width * width];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (float)random.NextGaussian();
        return new Micrograph("noise", width, width, pixels);
    }

    /// <summary>pytorch_rival.py as a child process that runs one task per line.</summary>
    private sealed class Rival : IDisposable
    {
        private readonly Process _process;

        private Rival(Process process, string version)
        {
            _process = process;
            Version = version;
        }

        public string Version { get; }

        public static Rival? Start(string device, int threads)
        {
            string script = Path.Combine(AppContext.BaseDirectory, "pytorch_rival.py");
            // Debian's PyTorch belongs to Debian's Python, which need not be the first on the path.
            foreach (string python in new[] { "/usr/bin/python3", "python3" })
            {
                try
                {
                    Process process = Process.Start(new ProcessStartInfo(python, [script, $"{threads}", device])
                    {
                        RedirectStandardInput = true,
                        RedirectStandardOutput = true,
                        RedirectStandardError = true,
                    })!;
                    if (process.StandardOutput.ReadLine() is { } version)
                        return new Rival(process, version);
                }
                catch (System.ComponentModel.Win32Exception)
                {
                    // No such Python; the next, or none.
                }
            }

            return null;
        }

        public double Ask(string task)
        {
            _process.StandardInput.WriteLine(task);
            return double.Parse(_process.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
        }

        public void Dispose()
        {
            _process.StandardInput.Close();
            _process.WaitForExit();
            _process.Dispose();
        }
    }
}
