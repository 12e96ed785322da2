using Topaz.Compute;

namespace Topaz.TorchSharp;

/// <summary>Brings the backend to others.</summary>
public static class TorchExtensions
{
    /// <summary>
    /// Computes with TorchSharp wherever a GPU is asked for: after <c>ml.ParticlePicking.UseTorch()</c>, <c>ml.GpuDeviceId</c> says which GPU, and
    /// <c>ml.FallbackToCpu</c> whether the CPU may stand in for one that cannot be opened (otherwise
    /// <see cref="InvalidOperationException"/>).
    /// </summary>
    /// <remarks>
    /// A trainer reads both when it fits, a model when it scores its first micrograph; later changes do not move it. A model loaded from a
    /// file knows no context: it follows the context of the process that called this last, and computes on the CPU if none did. Memory
    /// that runs out later is an error (<see cref="ComputeDeviceException"/>), whatever FallbackToCpu says.
    /// </remarks>
    /// <param name="user">What computes.</param>
    /// <param name="options">How to compute; null for the defaults.</param>
    /// <returns><paramref name="user"/>.</returns>
    public static T UseTorch<T>(this T user, TorchOptions? options = null)
        where T : IGpuUser
    {
        ArgumentNullException.ThrowIfNull(user);
        user.UseGpus(gpu => TorchBackend.OnGpu(gpu, options));
        return user;
    }
}
