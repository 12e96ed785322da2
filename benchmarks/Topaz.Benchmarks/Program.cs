using BenchmarkDotNet.Running;
using Topaz.Benchmarks;

// `dotnet run -c Release --project benchmarks/Topaz.Benchmarks` compares the CPU engine with PyTorch; `torch` compares the TorchSharp
// backend with PyTorch on the same device, a GPU if there is one; `kernels` times single kernels, `mlnet` what the way through ML.NET costs.
if (args is ["kernels", ..])
{
    BenchmarkRunner.Run<KernelBenchmarks>(args: args[1..]);
    return 0;
}

return args switch
{
    ["mlnet", ..] => MLNetOverhead.Run(args[1..]),
    ["torch", ..] => TorchComparison.Run(args[1..]),
    _ => Comparison.Run(args),
};
