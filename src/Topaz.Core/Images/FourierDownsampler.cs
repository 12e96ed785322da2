namespace Topaz.Images;

/// <summary>Makes micrographs smaller by cutting high frequencies off, which keeps all information below the new Nyquist
/// limit.</summary>
public static class FourierDownsampler
{
    /// <summary>
    /// Keeps the lowest ⌊width/f⌋ × ⌊height/f⌋ frequencies of the discrete Fourier transform and the mean grey value. The
    /// new pixel size is the old one times input width over output width.
    /// </summary>
    /// <param name="micrograph">The image; it is not changed, and it is returned itself where the size stays as it was.</param>
    /// <param name="factor">The factor f ≥ 1, not necessarily whole.</param>
    /// <param name="threads">Threads to use; 0 for one per core. The result does not depend on it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is less than 1 or not finite.</exception>
    /// <exception cref="TopazException">The image is smaller than the factor, so that nothing would be left.</exception>
    public static Micrograph Downsample(Micrograph micrograph, double factor, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(micrograph);
        if (!(factor >= 1) || double.IsInfinity(factor))
            throw new ArgumentOutOfRangeException(nameof(factor), factor, "The downsampling factor must be a number from 1 up.");
        int width = Shrink(micrograph.Width, factor), height = Shrink(micrograph.Height, factor);
        if (width == micrograph.Width && height == micrograph.Height)
            return micrograph;
        if (width == 0 || height == 0)
        {
            string size = $"{micrograph.Width} x {micrograph.Height} pixels";
            throw new TopazException(FormattableString.Invariant(
                $"{micrograph.Name}: {size} cannot be downsampled by {factor}; take a smaller factor."));
        }

        float[] pixels = RealTransform.Resample(
            micrograph.Pixels, micrograph.Width, micrograph.Height, width, height, gain: null, threads);
        return micrograph.Downsampled(width, height, pixels, factor);
    }

    /// <summary>⌊size / factor⌋, forgiving the last digit: 1100 / 1.1 is 1000, however it is rounded.</summary>
    private static int Shrink(int size, double factor) => (int)(size / factor + 1e-9);
}
