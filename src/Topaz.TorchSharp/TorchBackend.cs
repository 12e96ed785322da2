using Topaz.Compute;
using Topaz.Images;
using Topaz.Networks;
using TorchSharp;
using ExternalException = System.Runtime.InteropServices.ExternalException;

namespace Topaz.TorchSharp;

/// <summary>
/// Scores and trains with libtorch, on a GPU or on the CPU. Same networks, model files and draws as <see cref="CpuBackend"/>, but for those of dropout;
/// scores agree to the precision chosen.
/// </summary>
public sealed class TorchBackend : IComputeBackend
{
    private const int GpuTile = 2048, CpuTile = 512, MaxTile = 16_384;

    private readonly torch.Device _device;
    private readonly TorchOptions _options;

    private TorchBackend(torch.Device device, string name, TorchOptions options)
    {
        if (options.TileSize is < 1 or > MaxTile)
            throw new ArgumentOutOfRangeException(nameof(options), options.TileSize, $"The tile size must be 1 to {MaxTile} pixels.");
        (_device, Name, _options) = (device, name, options);
    }

    /// <summary>
    /// Number of GPUs that libtorch finds; 0 as well where it is missing or was built without CUDA, and <see cref="OnGpu"/> says why. The first
    /// call loads libtorch, with standard output silenced meanwhile.
    /// </summary>
    public static int GpuCount => TorchRuntime.GpuCount;

    /// <summary>What it computes on, as in "GPU 0".</summary>
    public string Name { get; }

    /// <summary>The backend on a GPU.</summary>
    /// <param name="gpu">Its number, from 0.</param>
    /// <param name="options">How to compute; null for the defaults.</param>
    /// <exception cref="ComputeDeviceException">There is no such GPU, or libtorch is missing or cannot use it.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The tile size makes no sense.</exception>
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
        torch.Device device = torch.device(DeviceType.CUDA, gpu);
        TorchRuntime.Try(device, $"GPU {gpu}");
        return new TorchBackend(device, $"GPU {gpu}", options ?? new TorchOptions());
    }

    /// <summary>The backend on the CPU, to compare with, or for a processor that <see cref="CpuBackend"/> does not suit.</summary>
    /// <param name="options">How to compute; null for the defaults. Half precision is for GPUs only.</param>
    /// <exception cref="ComputeDeviceException">libtorch is missing.</exception>
    /// <exception cref="ArgumentException">Half precision is asked for, or the tile size makes no sense.</exception>
    public static TorchBackend OnCpu(TorchOptions? options = null)
    {
        TorchRuntime.Require();
        options ??= new TorchOptions();
        if (options.Precision == TorchPrecision.Half)
            throw new ArgumentException("Half precision is for GPUs only.", nameof(options));
        return new TorchBackend(torch.CPU, "libtorch on the CPU", options);
    }

    /// <inheritdoc/>
    public IScorer CreateScorer(PickerModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Run(() => new TorchScorer(
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
        return Run(() => new TorchTrainer(this, architecture, start, micrographs, options, _device, _options.MicrographMemory));
    }

    /// <summary>Runs what needs the device.</summary>
    /// <exception cref="ComputeDeviceException">It is out of memory, or stopped working.</exception>
    internal T Run<T>(Func<T> work)
    {
        try
        {
            // A setting of the whole process.
            if (_device.type == DeviceType.CUDA)
                torch.backends.cudnn.allow_tf32 = _options.Precision != TorchPrecision.Single;
            return work();
        }
        catch (ExternalException failure)
        {
            throw TorchRuntime.Explain(failure, Name);
        }
    }

    /// <inheritdoc cref="Run{T}"/>
    internal void Run(Action work) => Run(() =>
    {
        work();
        return true;
    });
}
