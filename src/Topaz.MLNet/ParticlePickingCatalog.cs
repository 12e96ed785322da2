using Microsoft.ML;
using Microsoft.ML.Runtime;
using Topaz.Images;
using Topaz.Networks;
using Topaz.Particles;

namespace Topaz.MLNet;

/// <summary>
/// Particle picking in cryo-EM micrographs: <c>ml.ParticlePicking</c>. One row of data is one micrograph; see
/// <see cref="PickingColumns"/> for the columns.
/// </summary>
public sealed partial class ParticlePickingCatalog
{
    private readonly MLContext _ml;

    internal ParticlePickingCatalog(MLContext ml)
    {
        _ml = ml;
        (Transforms, Trainers) = (new PickingTransformsCatalog(ml), new PickingTrainersCatalog(ml));
    }

    /// <summary>Loading, preprocessing, scoring, extraction of picks, and their features.</summary>
    public PickingTransformsCatalog Transforms { get; }

    /// <summary>What learns from labelled micrographs.</summary>
    public PickingTrainersCatalog Trainers { get; }

    /// <summary>Lists micrographs and, optionally, their labels. Images are read only when a row's image is asked for.</summary>
    /// <param name="images">A tab-separated list (<c>image_name</c>, <c>path</c>), a folder, a pattern such as <c>raw/*.mrc</c>, or one image.</param>
    /// <param name="particles">A coordinate file in pixels of these images; null for none.</param>
    /// <returns>Columns Name, Path, Micrograph, LabelX, LabelY (<see cref="PickingColumns"/>, <see cref="MicrographData"/>).</returns>
    /// <exception cref="TopazException">
    /// A file is missing or makes no sense, or no labelled micrograph is among the images; the message names it.
    /// </exception>
    public IDataView LoadMicrographs(string images, string? particles = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(images);
        IReadOnlyList<ImageEntry> entries = ImageList.Read(images);
        if (entries.FirstOrDefault(entry => !File.Exists(entry.Path)) is { } missing)
            throw new TopazException($"Column '{PickingColumns.Micrograph}': {missing.Path}: there is no such file; correct the list {images}.");
        ParticleTable? labels = particles is null ? null : ParticleFile.Read(particles);
        return LoadMicrographs(entries, labels, particles ?? "");
    }

    /// <summary>Makes rows of micrographs and their labels.</summary>
    /// <param name="images">The micrographs.</param>
    /// <param name="particles">Labels in pixels of these images; null for none.</param>
    /// <returns>As <see cref="LoadMicrographs(string, string?)"/>.</returns>
    /// <exception cref="TopazException">No labelled micrograph is among the images.</exception>
    public IDataView LoadMicrographs(IReadOnlyList<ImageEntry> images, ParticleTable? particles = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        return LoadMicrographs(images, particles, "The labels");
    }

    /// <summary>
    /// The network in a model, fitted here or loaded: its weights, how it was trained, and a way to the <c>topaz</c> command by
    /// <see cref="Networks.ModelFile.Save"/>. Null if the model has none.
    /// </summary>
    public MicrographScoringTransformer? FindPicker(ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return MicrographScoringTransformer.FindIn(_ml, model).FirstOrDefault();
    }

    private IDataView LoadMicrographs(IReadOnlyList<ImageEntry> images, ParticleTable? labels, string source)
    {
        if (labels is not null)
            CheckNames(images, labels, source);
        return _ml.Data.LoadFromEnumerable(images.Select(image =>
        {
            IReadOnlyList<Particle> particles = labels?[image.Name] ?? [];
            return new MicrographData
            {
                Path = image.Path,
                Name = image.Name,
                LabelX = [.. particles.Select(particle => (float)particle.X)],
                LabelY = [.. particles.Select(particle => (float)particle.Y)],
            };
        }).ToArray());
    }

    private void CheckNames(IReadOnlyList<ImageEntry> images, ParticleTable labels, string source)
    {
        string[] unknown = [.. labels.Micrographs.Except(images.Select(image => image.Name))];
        if (unknown.Length == labels.Micrographs.Count)
        {
            throw new TopazException($"{source}: none of the labelled micrographs is among the images"
                + (unknown.Length > 0 ? $" ({unknown[0]} is not)" : "") + "; names without folder and extension must be the same.");
        }

        if (unknown.Length == 0)
            return;
        using IChannel channel = ((IHostEnvironment)_ml).Register(nameof(ParticlePickingCatalog)).Start(nameof(LoadMicrographs));
        channel.Warning(MessageSensitivity.None,
            $"{source}: {unknown.Sum(name => labels[name].Count)} labels are in {unknown.Length} micrographs that are not among the images, the first {unknown[0]}.");
    }
}

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
    public MicrographPreprocessingEstimator Preprocess(double downsampling, Normalization normalization = Normalization.Mixture) =>
        Preprocess(new MicrographPreprocessingEstimator.Options { Downsampling = downsampling, Normalization = normalization });

    /// <summary>Downsamples and normalises micrographs.</summary>
    public MicrographPreprocessingEstimator Preprocess(MicrographPreprocessingEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new MicrographPreprocessingEstimator(_ml, options);
    }

    /// <summary>Makes micrographs smaller by cutting high frequencies off, and changes no grey values otherwise.</summary>
    /// <param name="factor">Fourier downsampling factor, from 1 (none) up, not necessarily whole.</param>
    /// <param name="inputColumnName">Column of <see cref="MicrographDataViewType"/> to read.</param>
    /// <param name="outputColumnName">Column to write; null for the input column itself.</param>
    public MicrographPreprocessingEstimator Downsample(
        double factor, string inputColumnName = PickingColumns.Micrograph, string? outputColumnName = null) => Preprocess(new()
        {
            Downsampling = factor,
            Normalization = Normalization.None,
            InputColumnName = inputColumnName,
            OutputColumnName = outputColumnName,
        });

    /// <summary>Brings the grey values of different micrographs to one scale.</summary>
    /// <param name="normalization">By the ice of a two-component Gaussian mixture, or by mean and standard deviation.</param>
    /// <param name="inputColumnName">Column of <see cref="MicrographDataViewType"/> to read.</param>
    /// <param name="outputColumnName">Column to write; null for the input column itself.</param>
    public MicrographPreprocessingEstimator Normalize(
        Normalization normalization = Normalization.Mixture, string inputColumnName = PickingColumns.Micrograph,
        string? outputColumnName = null) => Preprocess(new()
        {
            Normalization = normalization,
            InputColumnName = inputColumnName,
            OutputColumnName = outputColumnName,
        });

    /// <summary>Scores micrographs with a network that was trained before.</summary>
    /// <param name="modelPath">A model file of the <c>topaz</c> command, or of <see cref="Networks.ModelFile.Save"/>.</param>
    /// <exception cref="TopazException">The file is missing, or no model.</exception>
    public MicrographScoringEstimator ScoreMicrographs(string modelPath) => ScoreMicrographs(ModelFile.Load(modelPath));

    /// <summary>Scores micrographs with a network that was trained before.</summary>
    /// <param name="model">The network.</param>
    /// <param name="options">Which columns to use; null for those of <see cref="PickingColumns"/>.</param>
    public MicrographScoringEstimator ScoreMicrographs(PickerModel model, MicrographScoringEstimator.Options? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new MicrographScoringEstimator(_ml, model, options ?? new());
    }

    /// <summary>Picks particles from the map of scores.</summary>
    /// <param name="radius">Least distance between two picks, in pixels of the prepared micrograph; about the particle's radius.</param>
    /// <param name="threshold">Scores must be above this; log-odds, 0 being as likely as not.</param>
    public ParticleExtractingEstimator ExtractParticles(int radius, float threshold = -6) =>
        ExtractParticles(new ParticleExtractingEstimator.Options { Radius = radius, Threshold = threshold });

    /// <summary>Picks particles from a map of scores.</summary>
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

/// <summary>Trainers for particle picking: <c>ml.ParticlePicking.Trainers</c>.</summary>
public sealed class PickingTrainersCatalog
{
    private readonly MLContext _ml;

    internal PickingTrainersCatalog(MLContext ml) => _ml = ml;

    /// <summary>Trains a network on micrographs of which some particles are labelled and nothing else is known.</summary>
    /// <param name="expectedParticles">How many particles a micrograph is expected to hold, labelled or not.</param>
    /// <param name="radius">Radius of the labelled disc around a particle, in pixels of the prepared micrograph.</param>
    /// <param name="numberOfEpochs">Epochs of 100 updates.</param>
    public PositiveUnlabeledTrainer PositiveUnlabeled(double expectedParticles, int radius = 3, int numberOfEpochs = 10) =>
        PositiveUnlabeled(new PositiveUnlabeledTrainer.Options
        {
            ExpectedParticles = expectedParticles,
            Radius = radius,
            NumberOfEpochs = numberOfEpochs,
        });

    /// <summary>Trains a network on micrographs of which some particles are labelled and nothing else is known.</summary>
    public PositiveUnlabeledTrainer PositiveUnlabeled(PositiveUnlabeledTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new PositiveUnlabeledTrainer(_ml, options);
    }

    /// <summary>Tunes the classical picker on labelled micrographs: the baseline that a network has to beat.</summary>
    /// <param name="radius">The particle's radius, in pixels of the prepared micrograph.</param>
    public DifferenceOfGaussiansTrainer DifferenceOfGaussians(int radius) =>
        DifferenceOfGaussians(new DifferenceOfGaussiansTrainer.Options { Radius = radius });

    /// <summary>The classical picker, tuned on labels or with a width that is known.</summary>
    public DifferenceOfGaussiansTrainer DifferenceOfGaussians(DifferenceOfGaussiansTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new DifferenceOfGaussiansTrainer(_ml, options);
    }
}
