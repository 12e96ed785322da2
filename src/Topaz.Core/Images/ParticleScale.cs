using System.Globalization;

namespace Topaz.Images;

/// <summary>Scale from physics: what follows from a particle's diameter and the pixel size of micrographs.</summary>
public static class ParticleScale
{
    /// <summary>
    /// Radius that particles should have in prepared micrographs, in pixels: details are still seen, the networks see a particle
    /// with what is around it (the smallest sees 31 pixels), and training is quick.
    /// </summary>
    public const double PreparedRadius = 8;

    /// <summary>
    /// Radius that particles should have, in pixels, for models that do not tell how they want micrographs prepared, such as the weights of the
    /// Python tool: picks on three real data sets (EMPIAR-10028, 10146, 10017) with its resnet8_u32 had an AUPRC of .77, .93 and .57 at 13 to 14 pixels, and of .70, .54 and .42 at 6 to 9.
    /// </summary>
    public const double UnknownModelRadius = 13;

    /// <summary>Radius of the labelled disc that the Python tool and RELION use, in pixels; it goes with <see cref="PreparedRadius"/>.</summary>
    private const double UsualLabelRadius = 3;

    /// <summary>
    /// Radius of the labelled disc as a fraction of the particle's: with 50 labels, a quarter beat a half for each of three expected numbers of particles on each of three real data sets.
    /// </summary>
    private const double LabelFraction = 0.25;

    /// <summary>Radius of a particle, in pixels, from which on a disc of radius 2 is well within it: smaller discs have five pixels, too few to learn from.</summary>
    private const double SmallRadius = 4;

    /// <summary>The particle's radius in pixels.</summary>
    /// <param name="diameter">Diameter of the particle, in Å.</param>
    /// <param name="pixelSize">Å per pixel.</param>
    /// <param name="micrograph">What the pixel size is of, for messages.</param>
    /// <exception cref="TopazException">The pixel size is unknown, or the two cannot belong together.</exception>
    public static double RadiusInPixels(double diameter, double pixelSize, string micrograph)
    {
        if (!(pixelSize > 0))
            throw new TopazException($"{micrograph}: its header does not tell the pixel size, which a diameter in Å needs; give it with --pixel-size.");
        double radius = diameter / (2 * pixelSize);
        return radius is >= 0.5 and <= 10_000
            ? radius
            : throw new TopazException(string.Create(CultureInfo.InvariantCulture,
                $"{micrograph}: a particle of {diameter} Å has a radius of {radius:G3} pixels of {pixelSize:G4} Å; correct the diameter or the pixel size."));
    }

    /// <summary>The whole downsampling factor that brings a radius closest to a wanted one; 1 for smaller particles.</summary>
    /// <param name="radius">The particle's radius, in pixels of the raw micrograph.</param>
    /// <param name="wanted">The radius that it should have, in pixels.</param>
    public static double DownsamplingFor(double radius, double wanted = PreparedRadius)
    {
        // Radii fall with the reciprocal of the factor, so that rounding the quotient would keep particles too large.
        double factor = Math.Max(1, Math.Floor(radius / wanted));
        return radius / factor - wanted > wanted - radius / (factor + 1) ? factor + 1 : factor;
    }

    /// <summary>The radius of the disc around a label that counts as particle in training, in pixels; 2 for <see cref="PreparedRadius"/>.</summary>
    /// <param name="radius">The particle's radius, in pixels of the prepared micrograph.</param>
    public static int LabelRadiusFor(double radius) => (int)Math.Max(radius < SmallRadius ? 1 : 2, Math.Round(LabelFraction * radius));

    /// <summary>The particle's radius, in pixels, where only the label's disc is told: 8 for 3.</summary>
    /// <param name="labelRadius">Radius of the disc, in pixels of the prepared micrograph.</param>
    public static double RadiusForLabelRadius(int labelRadius) => Math.Max(1, PreparedRadius / UsualLabelRadius * labelRadius);

    /// <summary>The least distance between picks, in whole pixels: a quarter more than the particle's radius; 10 for <see cref="PreparedRadius"/>.</summary>
    /// <remarks>
    /// Particles are seldom closer than their diameter, but the radius may be measured too large. On three real sets and four simulated ones AUPRC rose with this distance up to 1.4 radii, by
    /// 0.002 to 0.03, and by more where the radius was measured too small; it fell where the distance came near the diameter.
    /// </remarks>
    /// <param name="radius">The particle's radius, in pixels of the prepared micrograph.</param>
    public static int PickRadiusFor(double radius) => (int)Math.Max(1, Math.Round(1.25 * radius));
}
