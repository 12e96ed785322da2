namespace Topaz.Images;

/// <summary>Linear filters given by their gain in Fourier space: contrast transfer functions, noise spectra, band
/// passes.</summary>
public static class FourierFilter
{
    /// <summary>Multiplies the discrete Fourier transform of an image by a real gain; borders wrap around.</summary>
    /// <param name="micrograph">The image; it is not changed.</param>
    /// <param name="gain">The gain at frequency (fx, fy), in cycles per pixel: fx from 0 to ½, fy from −½ to ½. It must be even,
    /// gain(fx, fy) = gain(−fx, −fy), for the result to be real, and safe to call from several threads.</param>
    /// <param name="threads">Threads to use; 0 for one per core. The result does not depend on it.</param>
    public static Micrograph Apply(Micrograph micrograph, Func<double, double, double> gain, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(micrograph);
        ArgumentNullException.ThrowIfNull(gain);
        int width = micrograph.Width, height = micrograph.Height;
        float[] pixels = RealTransform.Resample(micrograph.Pixels, width, height, width, height, gain, threads);
        return micrograph.WithPixels(pixels);
    }
}
