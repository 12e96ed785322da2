using System.Collections.Concurrent;
using Topaz.Compute;
using Topaz.Images;
using Topaz.Networks;
using Topaz.Particles;

namespace Topaz.Cli;

/// <summary>A model at work: reads micrographs, prepares them as the model demands, and scores them on one or several devices.</summary>
internal sealed class Picker : IDisposable
{
    // While one micrograph is scored, the next is read and prepared; a GPU is so fast that this takes several.
    private const int MicrographsPerCpu = 2, MicrographsPerGpu = 4;

    private readonly PickerModel _model;
    private readonly double? _pixelSize;
    private readonly int _preparingThreads;
    private readonly IScorer[] _scorers;
    private readonly BlockingCollection<IScorer> _free = [];

    /// <param name="model">What scores.</param>
    /// <param name="devices">Where.</param>
    /// <param name="micrographs">How many micrographs there will be.</param>
    /// <param name="threads">Threads to prepare them with.</param>
    /// <param name="pixelSize">Å per pixel of their files; null for what the headers tell.</param>
    public Picker(PickerModel model, IReadOnlyList<IComputeBackend> devices, int micrographs, int threads, double? pixelSize = null)
    {
        (_model, _pixelSize) = (model, pixelSize);
        _scorers = [.. devices.Select(device => device.CreateScorer(model))];
        foreach (IScorer scorer in _scorers)
            _free.Add(scorer);
        bool cpu = devices is [CpuBackend];
        MicrographsInWork = Math.Clamp(
            micrographs, 1, cpu ? Math.Min(threads, MicrographsPerCpu) : Math.Max(devices.Count, Math.Min(threads, MicrographsPerGpu * devices.Count)));
        _preparingThreads = cpu ? threads : Math.Max(1, threads / MicrographsInWork);
    }

    /// <summary>How many micrographs should be in work at a time.</summary>
    public int MicrographsInWork { get; }

    /// <summary>The score map of a micrograph.</summary>
    /// <exception cref="TopazException">The image cannot be read or makes no sense.</exception>
    public Micrograph Score(ImageEntry image, CancellationToken cancellation) =>
        Score(PreparedMicrograph.Load(image, _model.Preprocessing, _pixelSize, _preparingThreads), cancellation);

    /// <summary>The score map of a prepared micrograph.</summary>
    public Micrograph Score(Micrograph prepared, CancellationToken cancellation)
    {
        IScorer scorer = _free.Take(cancellation);
        try
        {
            return scorer.Score(prepared, cancellation);
        }
        finally
        {
            _free.Add(scorer, CancellationToken.None);
        }
    }

    public void Dispose()
    {
        foreach (IScorer scorer in _scorers)
            scorer.Dispose();
        _free.Dispose();
    }
}
