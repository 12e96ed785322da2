#if TORCH
using System.Globalization;
using Topaz.TorchSharp;
#endif

namespace Topaz.Benchmarks;

/// <summary>Times the TorchSharp backend beside PyTorch on the same device: a GPU if there is one, otherwise the CPU.</summary>
internal static class TorchComparison
{
#if TORCH
    public static int Run(Options options)
    {
        bool gpu = TorchBackend.GpuCount > 0;
        Console.WriteLine(Machine.Describe(options));
        // 4096² pixels on a GPU only: PyTorch keeps whole layers, for which most machines have too little memory.
        Row[] wanted = options.Wanted(Rows.Networks(gpu ? [1024, 4096] : [1024]));
        Table.Run(wanted, new Roster(options, ["serve-torch", $"{options.Threads}"], gpu ? "cuda" : "cpu", ""), options.Runs);
        return 0;
    }

    /// <summary>Our side, in a process of its own. Argument: number of threads on a CPU.</summary>
    public static int Serve(string[] args)
    {
        int threads = int.Parse(args[0], CultureInfo.InvariantCulture);
        bool gpu = TorchBackend.GpuCount > 0;
        TorchBackend backend = gpu ? TorchBackend.OnGpu() : TorchBackend.OnCpu();
        global::TorchSharp.torch.set_num_threads(threads);
        return new TaskServer(backend, threads, gpu ? () => global::TorchSharp.torch.cuda.synchronize() : () => { }).Run($"Topaz on TorchSharp, {backend.Name}");
    }
#else
    public static int Run(Options options)
    {
        Console.Error.WriteLine("The TorchSharp backend is left out of this build: no feed has TorchSharp.");
        return 1;
    }

    public static int Serve(string[] args) => Run(new Options());
#endif
}
