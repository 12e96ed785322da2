using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Topaz.Compute;

namespace Topaz.MLNet;

/// <summary>
/// Which backend a context asks for: by <see cref="MLContext.GpuDeviceId"/> and <see cref="MLContext.FallbackToCpu"/>, opened as
/// its catalog was told. Models that were loaded know no context: they follow the one that was told last.
/// </summary>
internal static class BackendChoice
{
    private static readonly ConditionalWeakTable<MLContext, Func<int, IComputeBackend>> Gpus = [];
    private static volatile MLContext? _last;

    public static void UseGpus(MLContext ml, Func<int, IComputeBackend> open)
    {
        Gpus.AddOrUpdate(ml, open);
        _last = ml;
    }

    /// <exception cref="InvalidOperationException">A GPU is asked for, cannot be had, and the context forbids the CPU.</exception>
    public static IComputeBackend Of(MLContext ml, int threads = 0)
    {
        if (ml.GpuDeviceId is not { } gpu)
            return new CpuBackend(threads);
        string problem;
        ComputeDeviceException? cause = null;
        if (Gpus.TryGetValue(ml, out Func<int, IComputeBackend>? open))
        {
            try
            {
                return open(gpu);
            }
            catch (ComputeDeviceException failure)
            {
                (problem, cause) = (failure.Message, failure);
            }
        }
        else
        {
            problem = "This context has no GPU support; reference Topaz.TorchSharp and call ml.ParticlePicking.UseTorch().";
        }

        if (!ml.FallbackToCpu)
            throw new InvalidOperationException($"GPU {gpu} cannot be used. {problem} To compute on the CPU, set FallbackToCpu or leave GpuDeviceId null.", cause);
        using IChannel channel = ((IHostEnvironment)ml).Register(nameof(BackendChoice)).Start("Device");
        channel.Warning(MessageSensitivity.None, $"GPU {gpu} cannot be used, so the CPU is. {problem}");
        return new CpuBackend(threads);
    }

    public static IComputeBackend OfLoadedModel() => _last is { } ml ? Of(ml) : new CpuBackend();
}
