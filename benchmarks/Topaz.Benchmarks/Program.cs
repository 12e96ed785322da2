using BenchmarkDotNet.Running;
using Topaz.Benchmarks;

// `dotnet run -c Release --project benchmarks/Topaz.Benchmarks` compares with PyTorch; with `kernels` it times single kernels.
if (args is ["kernels", ..])
{
    BenchmarkRunner.Run<KernelBenchmarks>(args: args[1..]);
    return 0;
}

return Comparison.Run(args);
