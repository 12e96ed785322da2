using Topaz.Compute;
using Topaz.Networks;
using Topaz.Particles;

namespace Topaz.Cli;

/// <summary>A model at work: reads micrographs, prepares them as the model demands, and scores them.</summary>
internal sealed class Picker(PickerModel model, int threads) : IDisposable
{
    private readonly IScorer _scorer = new CpuBackend(threads).CreateScorer(model);

    /// <summary>The score map of a micrograph, in place of its image.</summary>
    /// <exception cref="TopazException">The image cannot be read or makes no sense.</exception>
    public MicrographInput Score(ImageEntry image, CancellationToken cancellation) =>
        Score(MicrographInput.Load(image, model.Preprocessing, threads), cancellation);

    /// <summary>The score map of a prepared micrograph, in place of its image.</summary>
    public MicrographInput Score(MicrographInput input, CancellationToken cancellation) =>
        input with { Image = _scorer.Score(input.Image, cancellation) };

    public void Dispose() => _scorer.Dispose();
}
