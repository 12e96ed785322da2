using Topaz.Compute;

namespace Topaz.Tests.Compute;

public class CpuBackendGoldenTests : BackendGoldenTests
{
    protected override IComputeBackend Backend { get; } = new CpuBackend();
}

public class CpuBackendIdentityTests : BackendIdentityTests
{
    protected override IComputeBackend Backend { get; } = new CpuBackend(2);
}
