using Topaz.Images;
using Topaz.Networks;

namespace Topaz.Compute;

/// <summary>The CPU engine: pure C#, vectors as wide as the machine has, results independent of the number of threads.</summary>
/// <param name="threads">Threads to use; 0 for all cores.</param>
/// <param name="level">Vector width; null for the widest that the machine computes with.</param>
public sealed class CpuBackend(int threads = 0, SimdLevel? level = null) : IComputeBackend
{
    private readonly Kernels _kernels = Kernels.For(level ?? Kernels.Best);
    private readonly Workers _workers = new(threads);

    /// <summary>Vector width in use.</summary>
    public SimdLevel Level { get; } = level ?? Kernels.Best;

    /// <summary>Threads in use.</summary>
    public int Threads => _workers.Count;

    /// <inheritdoc/>
    public IScorer CreateScorer(PickerModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new DenseScorer(model.Architecture, model.Weights, _kernels, _workers);
    }

    /// <inheritdoc/>
    public INetworkTrainer CreateTrainer(
        Architecture architecture, TrainerState start, IReadOnlyList<Micrograph> micrographs, TrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(micrographs);
        ArgumentNullException.ThrowIfNull(options);
        return new NetworkTrainer(architecture, start, micrographs, options, _kernels, _workers);
    }
}
