using Topaz.Compute;
using Topaz.Images;

namespace Topaz.Benchmarks;

/// <summary>Numbers to compute on, the same each time.</summary>
internal static class Noise
{
    /// <summary>A square of Gaussian noise.</summary>
    public static Micrograph Image(int width)
    {
        var random = new RandomStream(1);
        var pixels = new float[width * width];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (float)random.NextGaussian();
        return new Micrograph("noise", width, width, pixels);
    }

    /// <summary>Gaussian noise, small enough for sums of products to stay small.</summary>
    public static unsafe NativeBuffer Buffer(long length)
    {
        var buffer = new NativeBuffer(length);
        var random = new RandomStream(1);
        for (long i = 0; i < length; i++)
            buffer.Data[i] = (float)random.NextGaussian() * 0.1f;
        return buffer;
    }
}
