using Microsoft.ML;
using Microsoft.ML.Runtime;
using Topaz.Compute;
using Topaz.Images;
using Topaz.Particles;

namespace Topaz.MLNet;

/// <summary>
/// Particle picking in cryo-EM micrographs: <c>ml.ParticlePicking</c>. One row of data is one micrograph; see
/// <see cref="PickingColumns"/> for the columns.
/// </summary>
public sealed partial class ParticlePickingCatalog : IGpuUser
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

    /// <summary>
    /// Opens GPUs by <paramref name="open"/> where <see cref="MLContext.GpuDeviceId"/> asks for a GPU: in this context's trainers and the
    /// models that they fit, and, as ML.NET does not tell a loaded model its context, in models loaded by any context of the process, unless
    /// another is told how later. <c>UseTorch()</c> of Topaz.TorchSharp calls this.
    /// </summary>
    void IGpuUser.UseGpus(Func<int, IComputeBackend> open)
    {
        ArgumentNullException.ThrowIfNull(open);
        BackendChoice.UseGpus(_ml, open);
    }

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
        if (entries.FirstOrDefault(entry => !File.Exists(MicrographFile.Parse(entry.Path).File)) is { } missing)
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
    public MicrographScoringTransformer? FindNetwork(ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return MicrographScoringTransformer.FindIn(_ml, model);
    }

    /// <summary>The classical picker in a model, fitted here or loaded, with its width and sign. Null if the model has none.</summary>
    public DifferenceOfGaussiansTransformer? FindDifferenceOfGaussians(ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return DifferenceOfGaussiansTransformer.FindIn(_ml, model);
    }

    private IDataView LoadMicrographs(IReadOnlyList<ImageEntry> images, ParticleTable? labels, string source)
    {
        if (labels is not null)
            CheckNames(images, labels, source);
        return _ml.Data.LoadFromEnumerable<MicrographData>([.. images.Select(image => new MicrographData
        {
            Path = image.Path,
            Name = image.Name,
            Labels = labels?[image.Name] ?? [],
        })]);
    }

    private void CheckNames(IReadOnlyList<ImageEntry> images, ParticleTable labels, string source)
    {
        if (ImageList.CheckLabels(images, labels, source) is not { } warning)
            return;
        using IChannel channel = ((IHostEnvironment)_ml).Register(nameof(ParticlePickingCatalog)).Start(nameof(LoadMicrographs));
        channel.Warning(MessageSensitivity.None, warning);
    }
}
