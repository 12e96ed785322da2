namespace Topaz.Particles;

/// <summary>
/// The disc of pixels around a particle: every pixel at dx² + dy² ≤ r². The one place that says which pixels a particle covers.
/// </summary>
public static class Disc
{
    /// <summary>For each row dy = −r … r (index dy + r), how many pixels the disc reaches to each side of its centre.</summary>
    public static int[] HalfWidths(int radius)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(radius);
        int[] halfWidths = new int[2 * radius + 1];
        for (int dy = -radius; dy <= radius; dy++)
            halfWidths[dy + radius] = (int)Math.Sqrt((long)radius * radius - (long)dy * dy);
        return halfWidths;
    }

    /// <summary>Number of pixels in a disc that no border clips: 1, 5, 13, 29, 49, … for r = 0, 1, 2, 3, 4, …</summary>
    public static long PixelCount(int radius) => HalfWidths(radius).Sum(halfWidth => 2L * halfWidth + 1);

    /// <summary>The pixel whose area holds <paramref name="particle"/>'s centre; false when it lies outside the image.</summary>
    public static bool TryGetPixel(Particle particle, int width, int height, out int x, out int y)
    {
        double column = Math.Floor(particle.X + 0.5), row = Math.Floor(particle.Y + 0.5);
        bool inside = column >= 0 && row >= 0 && column < width && row < height;
        (x, y) = inside ? ((int)column, (int)row) : (-1, -1);
        return inside;
    }

    /// <summary>
    /// Which pixels of an image lie in the disc of a particle, row-major. Discs are centred on the nearest pixel, clipped at
    /// borders, and count once where they overlap; particles whose centre lies outside the image are ignored.
    /// </summary>
    public static bool[] Mask(int width, int height, IEnumerable<Particle> particles, int radius)
    {
        ArgumentNullException.ThrowIfNull(particles);
        bool[] mask = new bool[width * height];
        int[] halfWidths = HalfWidths(radius);
        foreach (Particle particle in particles)
        {
            if (TryGetPixel(particle, width, height, out int x, out int y))
                Fill(mask, width, height, x, y, halfWidths);
        }

        return mask;
    }

    /// <summary>Sets the pixels of one disc, clipped at borders; <paramref name="halfWidths"/> as of <see cref="HalfWidths"/>.</summary>
    private static void Fill(bool[] mask, int width, int height, int x, int y, int[] halfWidths)
    {
        int radius = halfWidths.Length / 2;
        int bottom = Math.Min(height - 1, y + radius);
        for (int row = Math.Max(0, y - radius); row <= bottom; row++)
        {
            int reach = halfWidths[row - y + radius];
            int left = Math.Max(0, x - reach), right = Math.Min(width - 1, x + reach);
            mask.AsSpan(row * width + left, right - left + 1).Fill(true);
        }
    }
}
