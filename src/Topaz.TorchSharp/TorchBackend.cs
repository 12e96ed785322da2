using Topaz.Compute;
using Topaz.Images;
using Topaz.Networks;
using TorchSharp;

namespace Topaz.TorchSharp;

/// <summary>
/// Scores and trains with libtorch, on a GPU or on the CPU. Same networks, same draws and same model files as <see cref="CpuBackend"/>; scores
/// agree to rounding, only dropout draws differ.
/// </summary>
public sealed class TorchBackend : IComputeBackend
{
    private const int GpuTile = 2048, CpuTile = 512;

    private readonly torch.Device _device;
    private readonly TorchOptions _options;

    private TorchBackend(torch.Device device, string name, TorchOptions options)
    {
        if (options.TileSize is < 1)
            throw new ArgumentOutOfRangeException(nameof(options), options.TileSize, "The tile size must be positive.");
        (_device, Name, _options) = (device, name, options);
    }

    /// <summary>Number of GPUs that libtorch can use; 0 as well where it is missing or was built without CUDA.</summary>
    public static int GpuCount => TorchRuntime.GpuCount;

    /// <summary>What it computes on, as in "GPU 0".</summary>
    public string Name { get; }

    /// <summary>The backend on a GPU.</summary>
    /// <param name="gpu">Its number, from 0.</param>
    /// <param name="options">How to compute; null for the defaults.</param>
    /// <exception cref="ComputeDeviceException">There is no such GPU, or libtorch is missing or cannot use it.</exception>
    public static TorchBackend OnGpu(int gpu = 0, TorchOptions? options = null)
    {
        TorchRuntime.Require();
        int count = GpuCount;
        if (count == 0)
        {
            throw new ComputeDeviceException(
                "No GPU is found: install an NVIDIA driver, and TorchSharp-cuda-linux or TorchSharp-cuda-windows in place of TorchSharp-cpu.");
        }

        if (gpu < 0 || gpu >= count)
            throw new ComputeDeviceException($"There is no GPU {gpu}, {(count == 1 ? "only GPU 0" : $"only GPUs 0 to {count - 1}")}.");
        options ??= new TorchOptions();
        return new TorchBackend(torch.device(DeviceType.CUDA, gpu), $"GPU {gpu}", options);
    }

    /// <summary>The backend on the CPU, to compare with, or for a processor that <see cref="CpuBackend"/> does not suit.</summary>
    /// <param name="options">How to compute; null for the defaults. Half precision is for GPUs only.</param>
    /// <exception cref="ComputeDeviceException">libtorch is missing.</exception>
    public static TorchBackend OnCpu(TorchOptions? options = null)
    {
        TorchRuntime.Require();
        options ??= new TorchOptions();
        if (options.Precision == TorchPrecision.Half)
            throw new ArgumentException("Half precision is for GPUs only.", nameof(options));
        return new TorchBackend(torch.CPU, "libtorch on the CPU", options);
    }

    /// <summary>Sets what is a setting of the whole process as this backend wants it; before any work.</summary>
    internal void Enter()
    {
        if (_device.type == DeviceType.CUDA)
            torch.backends.cudnn.allow_tf32 = _options.Precision != TorchPrecision.Single;
    }

    /// <inheritdoc/>
    public IScorer CreateScorer(PickerModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return TorchRuntime.Run(this, () => new TorchScorer(
            this,
            new DenseNetwork(model, _device, _options.Precision == TorchPrecision.Half ? torch.ScalarType.Float16 : torch.ScalarType.Float32),
            _options.TileSize ?? (_device.type == DeviceType.CPU ? CpuTile : GpuTile)));
    }

    /// <inheritdoc/>
    public INetworkTrainer CreateTrainer(
        Architecture architecture, TrainerState start, IReadOnlyList<Micrograph> micrographs, TrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(micrographs);
        ArgumentNullException.ThrowIfNull(options);
        return TorchRuntime.Run(this, () => new TorchTrainer(this, architecture, start, micrographs, options, _device, _options.MicrographMemory));
    }
}
