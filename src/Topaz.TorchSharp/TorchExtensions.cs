using Topaz.Compute;

namespace Topaz.TorchSharp;

/// <summary>Brings the backend to others.</summary>
public static class TorchExtensions
{
    /// <summary>
    /// Computes with TorchSharp wherever a GPU is asked for: <c>ml.ParticlePicking.UseTorch()</c>, after which
    /// <c>ml.GpuDeviceId</c> and <c>ml.FallbackToCpu</c> decide as for all of ML.NET.
    /// </summary>
    /// <param name="user">What computes.</param>
    /// <param name="options">How to compute; null for the defaults.</param>
    /// <returns><paramref name="user"/>.</returns>
    public static T UseTorch<T>(this T user, TorchOptions? options = null)
        where T : IGpuUser
    {
        ArgumentNullException.ThrowIfNull(user);
        user.Use(new TorchSupport(options));
        return user;
    }

    private sealed class TorchSupport(TorchOptions? options) : IGpuSupport
    {
        public IComputeBackend Open(int gpu) => TorchBackend.OnGpu(gpu, options);
    }
}
