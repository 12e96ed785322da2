namespace Topaz.Images;

/// <summary>Brings the grey values of different micrographs to one scale.</summary>
public static class Normalizer
{
    /// <summary>(x − mean) / standard deviation.</summary>
    /// <exception cref="TopazException">The image is constant.</exception>
    public static Micrograph Affine(Micrograph micrograph)
    {
        ArgumentNullException.ThrowIfNull(micrograph);
        return Affine(micrograph, Normalization.Affine);
    }

    /// <summary>(x − μ) / σ of the ice: the brighter component of <see cref="GaussianMixture"/>.</summary>
    /// <param name="micrograph">The image; it is not changed.</param>
    /// <param name="seed">Seeds, together with the micrograph's name, the choice of pixels for the fit.</param>
    /// <param name="sampling">The fit looks at one pixel, chosen at random, of every so many; 1 for all pixels.</param>
    /// <param name="options">How to fit; null for the published prior and iterations.</param>
    /// <param name="threads">Threads to use; 0 for one per core. The result does not depend on it.</param>
    /// <exception cref="TopazException">The image is constant.</exception>
    public static Micrograph Mixture(
        Micrograph micrograph, ulong seed = 0, int sampling = 10, MixtureOptions? options = null, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(micrograph);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampling);
        float[] sample = Sample(micrograph, seed, sampling);
        // A sample may miss the only pixels that differ; then the whole image's moments are the best that is known.
        if (!sample.AsSpan().ContainsAnyExcept(sample[0]))
            return Affine(micrograph, Normalization.Mixture);
        GaussianMixture fit = GaussianMixture.Fit(sample, options, threads);
        return Scale(micrograph, fit.Mean, fit.StandardDeviation, Normalization.Mixture);
    }

    private static Micrograph Affine(Micrograph micrograph, Normalization normalization)
    {
        (double mean, double deviation) = Moments.Of(micrograph.Pixels);
        return Scale(micrograph, mean, deviation, normalization);
    }

    private static float[] Sample(Micrograph micrograph, ulong seed, int sampling)
    {
        float[] pixels = micrograph.Pixels;
        if (sampling == 1 || pixels.Length <= sampling)
            return pixels;
        ulong name = HashOf(micrograph.Name);
        RandomStream random = new(seed, (uint)name, (uint)(name >> 32));
        float[] sample = new float[pixels.Length / sampling];
        for (int i = 0; i < sample.Length; i++)
            sample[i] = pixels[i * sampling + random.NextInt32(sampling)];
        return sample;
    }

    /// <summary>FNV-1a over the name's characters: the same in every process, so that a name alone decides which pixels are
    /// drawn.</summary>
    private static ulong HashOf(string name)
    {
        ulong hash = 14695981039346656037;
        foreach (char letter in name)
            hash = (hash ^ letter) * 1099511628211;
        return hash;
    }

    private static Micrograph Scale(Micrograph micrograph, double mean, double deviation, Normalization normalization)
    {
        float[] pixels = micrograph.Pixels, scaled = GC.AllocateUninitializedArray<float>(pixels.Length);
        if (!pixels.AsSpan().ContainsAnyExcept(pixels[0]))
            throw new TopazException($"{micrograph.Name}: a constant image cannot be normalised; leave it out.");
        double scale = 1 / deviation;
        for (int i = 0; i < pixels.Length; i++)
            scaled[i] = (float)((pixels[i] - mean) * scale);
        return micrograph.Normalized(scaled, normalization);
    }
}
