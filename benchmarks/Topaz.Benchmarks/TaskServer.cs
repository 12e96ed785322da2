using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Topaz.Compute;
using Topaz.Images;
using Topaz.Networks;
using Topaz.Picking;
using Architecture = Topaz.Networks.Architecture;

namespace Topaz.Benchmarks;

/// <summary>
/// Our side of a comparison, in a process of its own like every rival, so that its peak memory is its own too: reads a task per line,
/// runs it once, prints the seconds it took. Tasks are "score NAME UNITS WIDTH", "step NAME UNITS DECODER_UNITS", "preprocess IN OUT FACTOR"
/// and "suppress WIDTH RADIUS".
/// </summary>
/// <param name="backend">What networks run on.</param>
/// <param name="threads">Threads for all else.</param>
/// <param name="finish">Waits for what the backend has begun.</param>
internal sealed class TaskServer(IComputeBackend backend, int threads, Action finish)
{
    private readonly Dictionary<string, Action> _prepared = [];

    /// <summary>Arguments: number of threads, vector width of the CPU engine.</summary>
    public static int Run(string[] args)
    {
        int threads = int.Parse(args[0], CultureInfo.InvariantCulture);
        var backend = new CpuBackend(threads, Enum.Parse<SimdLevel>(args[1]));
        return new TaskServer(backend, threads, () => { }).Run($"CPU engine, {backend.Level}, {backend.Threads} threads");
    }

    public int Run(string description)
    {
        Console.WriteLine(description);
        while (Console.ReadLine() is { } task)
        {
            ref Action? run = ref CollectionsMarshal.GetValueRefOrAddDefault(_prepared, task, out _);
            run ??= Prepare(task.Split(' '));
            long start = Stopwatch.GetTimestamp();
            run();
            Console.WriteLine(Stopwatch.GetElapsedTime(start).TotalSeconds.ToString(CultureInfo.InvariantCulture));
        }

        return 0;
    }

    private Action Prepare(string[] words) => words switch
    {
        ["score", var name, var units, var width] => Scoring(name, Number(units), Number(width)),
        ["step", var name, var units, var decoder] => Training(name, Number(units), Number(decoder)),
        ["preprocess", var from, var to, var factor] => () =>
            MrcFile.Write(to, Preprocessor.Apply(MicrographFile.Read(from), new Preprocessing(Number(factor), Normalization.Mixture), threads: threads)),
        ["suppress", var width, var radius] => Suppression(Number(width), Number(radius)),
        _ => throw new ArgumentException($"There is no task '{string.Join(' ', words)}'."),
    };

    private Action Scoring(string name, int units, int width)
    {
        Architecture architecture = ArchitectureFactory.Create(new ArchitectureOptions { Name = name, Units = units });
        IScorer scorer = backend.CreateScorer(new PickerModel(architecture, WeightInitializer.Create(architecture, seed: 1), Preprocessing.None));
        Micrograph image = Noise.Image(width);
        return () => scorer.Score(image);
    }

    private Action Training(string name, int units, int decoderUnits)
    {
        Architecture architecture = ArchitectureFactory.Create(new ArchitectureOptions { Name = name, Units = units, DecoderUnits = decoderUnits });
        INetworkTrainer trainer = backend.CreateTrainer(
            architecture, new TrainerState(WeightInitializer.Create(architecture, seed: 1)), [Noise.Image(1024)], new TrainerOptions());
        // Cut and rotated as in training; the rivals have theirs ready.
        Crop[] crops = [.. Enumerable.Range(0, 256).Select(i => new Crop(0, 100 + 3 * i, 950 - 3 * i, 0.1f * i, i % 2 == 0))];
        var gradient = new double[crops.Length];
        Array.Fill(gradient, 1e-3);
        return () =>
        {
            trainer.Forward(crops);
            trainer.Backward(gradient, decoderUnits > 0 ? 1 : 0);
            trainer.Step(1e-3);
            finish();
        };
    }

    private static Action Suppression(int width, int radius)
    {
        Micrograph map = Noise.Image(width);
        // At the default threshold every pixel of a noise map is a candidate.
        return () => NonMaximumSuppression.Pick(map, radius, -6);
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
