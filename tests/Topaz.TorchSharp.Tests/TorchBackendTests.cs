using Topaz.Compute;
using Topaz.Tests.Compute;
using Xunit;

namespace Topaz.TorchSharp.Tests;

public class TorchBackendGoldenTests : BackendGoldenTests
{
    protected override IComputeBackend Backend { get; } = TestBackend.Create();
}

public class TorchBackendIdentityTests : BackendIdentityTests
{
    protected override IComputeBackend Backend { get; } = TestBackend.Create();

    // cuDNN's sums have no fixed order.
    protected override float Rounding => TorchBackend.GpuCount > 0 ? 1e-4f : 0;
}

public class TorchBackendTests
{
    [Fact]
    public void MissingGpuIsSaidInOneLine()
    {
        var error = Assert.Throws<ComputeDeviceException>(() => TorchBackend.OnGpu(99));
        Assert.DoesNotContain('\n', error.Message);
        Assert.Contains(TorchBackend.GpuCount == 0 ? "No GPU is found" : "There is no GPU 99", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OptionsThatMakeNoSenseAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => TorchBackend.OnCpu(new TorchOptions { TileSize = 0 }));
        Assert.Throws<ArgumentException>(() => TorchBackend.OnCpu(new TorchOptions { Precision = TorchPrecision.Half }));
    }
}
