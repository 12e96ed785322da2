using Topaz.Compute;
using Topaz.Images;
using Topaz.Networks;
using Topaz.Particles;

namespace Topaz.Cli;

/// <summary>A model at work: reads micrographs, prepares them as the model demands, and scores them.</summary>
internal sealed class Picker(PickerModel model, int threads) : IDisposable
{
    private readonly IScorer _scorer = new CpuBackend(threads).CreateScorer(model);

    /// <summary>The score map of a micrograph.</summary>
    /// <exception cref="TopazException">The image cannot be read or makes no sense.</exception>
    public Micrograph Score(ImageEntry image, CancellationToken cancellation) =>
        Score(PreparedMicrograph.Load(image, model.Preprocessing, threads), cancellation);

    /// <summary>The score map of a prepared micrograph.</summary>
    public Micrograph Score(Micrograph prepared, CancellationToken cancellation) =>
        _scorer.Score(prepared, cancellation);

    public void Dispose() => _scorer.Dispose();
}
