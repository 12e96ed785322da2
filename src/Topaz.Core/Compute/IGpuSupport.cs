namespace Topaz.Compute;

/// <summary>What a package with a GPU backend offers to others that have no reference to it.</summary>
public interface IGpuSupport
{
    /// <summary>The backend that computes on one GPU.</summary>
    /// <param name="gpu">The GPU's number, from 0.</param>
    /// <exception cref="ComputeDeviceException">There is no such GPU, or no runtime for it; the message says what to do.</exception>
    IComputeBackend Open(int gpu);
}

/// <summary>What computes on a GPU once it is told how, such as the ML.NET catalog of this library.</summary>
public interface IGpuUser
{
    /// <summary>Computes with <paramref name="support"/> wherever a GPU is asked for from now on.</summary>
    void Use(IGpuSupport support);
}
