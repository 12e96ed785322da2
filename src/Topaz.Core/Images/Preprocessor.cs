namespace Topaz.Images;

/// <summary>Prepares raw micrographs for the network: downsampling, then normalisation.</summary>
public static class Preprocessor
{
    /// <summary>Prepares one micrograph.</summary>
    /// <param name="micrograph">The raw image; it is not changed, and it is returned itself where nothing is to be done.</param>
    /// <param name="preprocessing">What to do.</param>
    /// <param name="seed">Seeds, together with the micrograph's name, the choice of pixels for the mixture's fit.</param>
    /// <param name="threads">Threads to use; 0 for one per core. The result does not depend on it.</param>
    /// <exception cref="TopazException">The image is constant, or smaller than the downsampling factor.</exception>
    public static Micrograph Apply(Micrograph micrograph, Preprocessing preprocessing, ulong seed = 0, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(micrograph);
        ArgumentNullException.ThrowIfNull(preprocessing);
        if (!Enum.IsDefined(preprocessing.Normalization))
            throw new ArgumentOutOfRangeException(nameof(preprocessing), preprocessing.Normalization, "No such normalisation.");
        Micrograph small = FourierDownsampler.Downsample(micrograph, preprocessing.Downsampling, threads);
        return preprocessing.Normalization switch
        {
            Normalization.Affine => Normalizer.Affine(small),
            Normalization.Mixture => Normalizer.Mixture(small, seed, threads: threads),
            _ => small,
        };
    }
}
