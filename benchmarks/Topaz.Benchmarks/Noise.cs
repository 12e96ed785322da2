using Topaz.Images;

namespace Topaz.Benchmarks;

/// <summary>Images to compute on.</summary>
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
}
