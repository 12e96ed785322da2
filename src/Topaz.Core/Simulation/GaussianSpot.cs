namespace Topaz.Simulation;

/// <summary>A round Gaussian in an image, of which everything that scatters is made.</summary>
internal static class GaussianSpot
{
    /// <summary>Beyond this many standard deviations (a hundredth of a per cent of the peak) nothing is drawn.</summary>
    private const double Reach = 4.3;

    /// <summary>Adds a spot to a square image; what falls outside is lost.</summary>
    public static void Add(float[] image, int size, double x, double y, double sigma, double peak)
    {
        int left = Math.Max(0, (int)Math.Ceiling(x - Reach * sigma)), right = Math.Min(size - 1, (int)Math.Floor(x + Reach * sigma));
        int top = Math.Max(0, (int)Math.Ceiling(y - Reach * sigma)), bottom = Math.Min(size - 1, (int)Math.Floor(y + Reach * sigma));
        if (left > right || top > bottom)
            return;
        int width = right - left + 1;
        Span<float> across = width <= 512 ? stackalloc float[width] : new float[width];
        double scale = -0.5 / (sigma * sigma);
        for (int i = 0; i < width; i++)
            across[i] = (float)Math.Exp(scale * (left + i - x) * (left + i - x));
        for (int row = top; row <= bottom; row++)
        {
            float weight = (float)(peak * Math.Exp(scale * (row - y) * (row - y)));
            Span<float> pixels = image.AsSpan(row * size + left, width);
            for (int i = 0; i < width; i++)
                pixels[i] += weight * across[i];
        }
    }
}
