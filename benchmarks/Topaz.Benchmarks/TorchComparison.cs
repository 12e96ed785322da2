#if TORCH
using System.Globalization;
using Topaz.TorchSharp;
#endif

namespace Topaz.Benchmarks;

/// <summary>Times the TorchSharp backend beside PyTorch on the same device: a GPU if there is one, otherwise the CPU.</summary>
internal static class TorchComparison
{
    /// <summary>Arguments: number of runs (5), number of threads on a CPU (2).</summary>
    public static int Run(string[] args)
    {
#if TORCH
        int runs = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 5;
        int threads = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 2;
        bool gpu = TorchBackend.GpuCount > 0;
        TorchBackend backend = gpu ? TorchBackend.OnGpu() : TorchBackend.OnCpu();
        global::TorchSharp.torch.set_num_threads(threads);
        Console.WriteLine($"Topaz on TorchSharp: {backend.Name}");
        // PyTorch needs more memory for 4096 pixels than most machines have, GPUs do.
        return Comparison.Run(backend, runs, gpu ? "cuda" : "cpu", threads, gpu ? [1024, 4096] : [1024], gpu ? () => global::TorchSharp.torch.cuda.synchronize() : null);
#else
        Console.Error.WriteLine("The TorchSharp backend is left out of this build: no feed has TorchSharp.");
        return 1;
#endif
    }
}
