using System.Globalization;

namespace Topaz.Particles;

/// <summary>π, the expected fraction of pixels that belong to a particle.</summary>
public static class PositiveFraction
{
    /// <summary>π = n̄ · |disc(r)| / pixels per micrograph.</summary>
    /// <param name="expectedPerMicrograph">n̄, how many particles a micrograph is expected to hold.</param>
    /// <param name="radius">r, the radius of a particle's disc in pixels of the downsampled image.</param>
    /// <param name="pixelsPerMicrograph">Pixels of a downsampled micrograph, on average.</param>
    /// <exception cref="TopazException">The result is not between 0 and 1.</exception>
    public static double FromCount(double expectedPerMicrograph, int radius, double pixelsPerMicrograph)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pixelsPerMicrograph);
        double pi = expectedPerMicrograph * Disc.PixelCount(radius) / pixelsPerMicrograph;
        return pi is > 0 and < 1
            ? pi
            : throw new TopazException(string.Create(CultureInfo.InvariantCulture,
                $"{expectedPerMicrograph} particles of radius {radius} in {pixelsPerMicrograph} pixels make a positive fraction of {pi:G4}, not between 0 and 1; correct the expected number of particles or the radius."));
    }

    /// <summary>n̄, of which <see cref="FromCount"/> gives π.</summary>
    /// <param name="pi">π.</param>
    /// <param name="radius">r, in pixels of the downsampled image.</param>
    /// <param name="pixelsPerMicrograph">Pixels of a downsampled micrograph, on average.</param>
    public static double ToCount(double pi, int radius, double pixelsPerMicrograph) => pi * pixelsPerMicrograph / Disc.PixelCount(radius);
}
