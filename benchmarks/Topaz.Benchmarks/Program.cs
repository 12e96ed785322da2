using BenchmarkDotNet.Running;
using Topaz.Benchmarks;

// `dotnet run -c Release --project benchmarks/Topaz.Benchmarks` compares with PyTorch; with `kernels` it times single kernels, with
// `mlnet` what the way through ML.NET costs.
if (args is ["kernels", ..])
{
    BenchmarkRunner.Run<KernelBenchmarks>(args: args[1..]);
    return 0;
}

return args is ["mlnet", ..] ? MLNetOverhead.Run(args[1..]) : Comparison.Run(args);
