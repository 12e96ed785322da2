using BenchmarkDotNet.Running;
using Topaz.Benchmarks;

if (args is ["kernels", ..])
{
    BenchmarkRunner.Run<KernelBenchmarks>(args: args[1..]);
    return 0;
}

try
{
    return args switch
    {
        ["layers", ..] => Comparison.Layers(Options.Parse(args.AsSpan(1)), "resnet8", "resnet16"),
        ["growth", ..] => Comparison.Growth(Options.Parse(args.AsSpan(1))),
        ["torch", ..] => TorchComparison.Run(Options.Parse(args.AsSpan(1))),
        ["mlnet", ..] => MLNetOverhead.Run(args[1..]),
        // Not for users: our side of a comparison, as a child process.
        ["serve", ..] => TaskServer.Run(args[1..]),
        ["serve-torch", ..] => TorchComparison.Serve(args[1..]),
        _ => Comparison.Run(Options.Parse(args)),
    };
}
catch (FormatException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 2;
}
