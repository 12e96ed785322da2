namespace Topaz.Compute;

/// <summary>
/// What computes on a GPU once it knows how to open one, such as the ML.NET catalog; lets a package with a GPU backend serve it without a
/// reference.
/// </summary>
public interface IGpuUser
{
    /// <summary>Opens GPUs this way from now on.</summary>
    /// <param name="open">From a GPU's number, from 0, to its backend; throws <see cref="ComputeDeviceException"/> where it cannot be had.</param>
    void UseGpus(Func<int, IComputeBackend> open);
}
