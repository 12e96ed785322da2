using Microsoft.ML;
using Microsoft.ML.Runtime;
using Topaz.Compute;

namespace Topaz.MLNet;

/// <summary>Which backend a context asks for.</summary>
internal static class BackendChoice
{
    /// <exception cref="InvalidOperationException">A GPU is asked for, there is none, and the context forbids the CPU.</exception>
    public static IComputeBackend Of(MLContext ml, IChannel channel, int threads)
    {
        if (ml.GpuDeviceId is { } gpu)
        {
            if (!ml.FallbackToCpu)
                throw new InvalidOperationException($"GPU {gpu} was asked for, but no GPU backend is built in; set FallbackToCpu, or leave GpuDeviceId null.");
            channel.Warning(MessageSensitivity.None, $"GPU {gpu} was asked for, but no GPU backend is built in; the CPU is used.");
        }

        return new CpuBackend(threads);
    }
}
