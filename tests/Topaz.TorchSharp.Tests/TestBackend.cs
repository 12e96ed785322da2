namespace Topaz.TorchSharp.Tests;

/// <summary>The device that the tests run on: a GPU if there is one.</summary>
internal static class TestBackend
{
    // Goldens and the CPU engine are in single precision.
    public static TorchBackend Create(TorchOptions? options = null)
    {
        options = (options ?? new TorchOptions()) with { Precision = TorchPrecision.Single };
        return TorchBackend.GpuCount > 0 ? TorchBackend.OnGpu(0, options) : TorchBackend.OnCpu(options);
    }
}
