using Microsoft.ML;
using Topaz.Images;
using Topaz.Networks;

namespace Topaz.MLNet;

/// <summary>Transforms for particle picking: <c>ml.ParticlePicking.Transforms</c>.</summary>
public sealed class PickingTransformsCatalog
{
    private readonly MLContext _ml;

    internal PickingTransformsCatalog(MLContext ml) => _ml = ml;

    /// <summary>Reads micrographs from the files that column Path names, behind a <c>Cache</c> or <c>ShuffleRows</c>, which leave images out.</summary>
    public MicrographLoadingEstimator LoadMicrographs() => LoadMicrographs(new());

    /// <summary>Reads micrographs from files whose paths are in a column.</summary>
    public MicrographLoadingEstimator LoadMicrographs(MicrographLoadingEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new MicrographLoadingEstimator(_ml, options);
    }

    /// <summary>Downsamples and normalises raw micrographs, in place.</summary>
    /// <param name="downsampling">Fourier downsampling factor, from 1 (none) up. Choose it so that the particle's radius becomes about 8 pixels.</param>
    /// <param name="normalization">How grey values are normalised.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is less than 1 or not finite.</exception>
    public MicrographPreprocessingEstimator Preprocess(double downsampling, Normalization normalization = Normalization.Mixture) =>
        Preprocess(new MicrographPreprocessingEstimator.Options { Downsampling = downsampling, Normalization = normalization });

    /// <summary>Downsamples and normalises micrographs.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The factor is less than 1 or not finite, or there is no such normalization.</exception>
    public MicrographPreprocessingEstimator Preprocess(MicrographPreprocessingEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new MicrographPreprocessingEstimator(_ml, options);
    }

    /// <summary>Makes micrographs smaller by cutting high frequencies off, and changes no grey values otherwise.</summary>
    /// <param name="factor">Fourier downsampling factor, from 1 (none) up, not necessarily whole.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is less than 1 or not finite.</exception>
    public MicrographPreprocessingEstimator Downsample(double factor) => Preprocess(factor, Normalization.None);

    /// <summary>Brings the grey values of different micrographs to one scale.</summary>
    /// <param name="normalization">By the ice of a two-component Gaussian mixture, or by mean and standard deviation.</param>
    public MicrographPreprocessingEstimator Normalize(Normalization normalization = Normalization.Mixture) =>
        Preprocess(downsampling: 1, normalization);

    /// <summary>Scores micrographs with a network that was trained before.</summary>
    /// <param name="modelPath">A model file of the <c>topaz</c> command, or of <see cref="Networks.ModelFile.Save"/>.</param>
    /// <exception cref="TopazException">The file is missing, or no model.</exception>
    public MicrographScoringEstimator ScoreMicrographs(string modelPath) => ScoreMicrographs(ModelFile.Load(modelPath));

    /// <summary>Scores micrographs with a network that was trained before.</summary>
    /// <param name="model">The network, as <see cref="Networks.ModelFile.Load"/> reads it.</param>
    public MicrographScoringEstimator ScoreMicrographs(PickerModel model) => ScoreMicrographs(model, new());

    /// <summary>Scores micrographs with a network that was trained before.</summary>
    public MicrographScoringEstimator ScoreMicrographs(PickerModel model, MicrographScoringEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        return new MicrographScoringEstimator(_ml, model, options);
    }

    /// <summary>Picks particles from the map of scores.</summary>
    /// <param name="radius">
    /// The particle's radius, in pixels of the prepared micrograph. Picks are farther apart than this, and match labels within it unless
    /// another match radius is given.
    /// </param>
    /// <param name="threshold">Scores must be above this; log-odds, 0 being as likely as not.</param>
    /// <exception cref="ArgumentOutOfRangeException">The radius is less than 1, or the threshold is not a number.</exception>
    public ParticleExtractingEstimator ExtractParticles(int radius, float threshold = -6) =>
        ExtractParticles(new ParticleExtractingEstimator.Options { Radius = radius, Threshold = threshold });

    /// <summary>Picks particles from a map of scores.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The radius is less than 1, or the threshold is not a number.</exception>
    public ParticleExtractingEstimator ExtractParticles(ParticleExtractingEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new ParticleExtractingEstimator(_ml, options);
    }

    /// <summary>Describes each pick by numbers, for a second classifier.</summary>
    public CandidateFeaturizingEstimator FeaturizeCandidates() => FeaturizeCandidates(new());

    /// <summary>Describes each pick by numbers, for a second classifier.</summary>
    public CandidateFeaturizingEstimator FeaturizeCandidates(CandidateFeaturizingEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new CandidateFeaturizingEstimator(_ml, options);
    }
}
