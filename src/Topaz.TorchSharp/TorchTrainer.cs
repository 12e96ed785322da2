using Topaz.Compute;
using Topaz.Images;
using Topaz.Networks;
using static TorchSharp.torch;
using ExternalException = System.Runtime.InteropServices.ExternalException;
using Tensor = TorchSharp.torch.Tensor;

namespace Topaz.TorchSharp;

/// <summary>Trains with libtorch's convolutions and its automatic differentiation; the loss stays with the caller.</summary>
internal sealed class TorchTrainer : INetworkTrainer
{
    private readonly TorchBackend _backend;
    private readonly Architecture _architecture;
    private readonly Weights _template;
    private readonly TrainerOptions _options;
    private readonly Device _device;
    private readonly TrainingNetwork _network;
    private readonly CropGatherer _crops;
    private readonly bool _drops;
    private Tensor? _scores, _error;

    public TorchTrainer(
        TorchBackend backend, Architecture architecture, TrainerState start, IReadOnlyList<Micrograph> micrographs, TrainerOptions options,
        Device device, long micrographMemory)
    {
        (_backend, _architecture, _template, _options, _device) = (backend, architecture, start.Weights, options, device);
        _drops = architecture.Layers.Concat(architecture.Decoder).Any(layer => layer.Dropout > 0);
        _network = new TrainingNetwork(architecture, start, device);
        try
        {
            _crops = new CropGatherer(micrographs, architecture.Width, device, micrographMemory);
        }
        catch
        {
            _network.Dispose();
            throw;
        }
    }

    public BatchOutput Forward(IReadOnlyList<Crop> crops, ulong noise = 0)
    {
        ArgumentNullException.ThrowIfNull(crops);
        if (crops.Count == 0 || crops.Count > _options.MaxBatch)
            throw new ArgumentException($"A minibatch has 1 to {_options.MaxBatch} crops; this has {crops.Count}.", nameof(crops));
        Forget();
        return _backend.Run(() =>
        {
            try
            {
                return Compute(crops, noise);
            }
            catch (ExternalException failure) when (TorchRuntime.IsOutOfMemory(failure) && _crops.IsResident)
            {
                // Training needs the memory more than the micrographs do.
                _crops.Leave();
                return Compute(crops, noise);
            }
        });
    }

    public void Backward(ReadOnlySpan<double> lossGradient, double reconstructionWeight = 0)
    {
        if (_scores is null || _error is null)
            throw new InvalidOperationException("Backward needs a Forward before it.");
        if (lossGradient.Length != _scores.shape[0])
            throw new ArgumentException($"The last minibatch had {_scores.shape[0]} crops, not {lossGradient.Length}.", nameof(lossGradient));
        var factors = new float[lossGradient.Length];
        for (int i = 0; i < factors.Length; i++)
            factors[i] = (float)lossGradient[i];
        _backend.Run(() =>
        {
            using var scope = NewDisposeScope();
            _network.Backward((_scores * TensorData.Create(factors, [factors.Length], _device)).sum() + reconstructionWeight * _error.sum());
        });
        Forget();
    }

    public void Step(double learningRate) => _backend.Run(() => _network.Step(learningRate, _options.L2));

    public TrainerState Capture() => _backend.Run(() => _network.Capture(_template));

    /// <summary>The gradients of the last <see cref="Backward"/>, named as the weights.</summary>
    internal Weights CaptureGradients() => _network.CaptureGradients(_template);

    /// <summary>Whether the micrographs lie on the device.</summary>
    internal bool IsResident => _crops.IsResident;

    public void Dispose()
    {
        Forget();
        _crops.Dispose();
        _network.Dispose();
    }

    private BatchOutput Compute(IReadOnlyList<Crop> crops, ulong noise)
    {
        using var scope = NewDisposeScope();
        // TorchSharp has generators on the CPU only.
        using Generator? dropout = _drops ? new Generator(noise, CPU) : null;
        Tensor pixels = _crops.Gather(crops);
        (Tensor scores, Tensor? reconstruction) = _network.Forward(pixels, dropout);
        Tensor error = reconstruction is null ? zeros(1, device: _device) : Error(reconstruction, pixels);
        // One copy from the device for both.
        float[] values = TensorData.Floats(cat([scores, error.view(1)]));
        (_scores, _error) = (scores.DetachFromDisposeScope(), error.DetachFromDisposeScope());
        return new BatchOutput(values[..^1], values[^1]);
    }

    /// <summary>Mean over the crops of the sum of squared differences to the crop's centre.</summary>
    private Tensor Error(Tensor reconstruction, Tensor pixels)
    {
        Tensor target = TrainingNetwork.Crop(pixels, (_architecture.Width - (int)reconstruction.shape[3]) / 2, 1);
        return (reconstruction - target).square().sum() / pixels.shape[0];
    }

    /// <summary>Lets go of the last minibatch, and with it of all that its gradient would have needed.</summary>
    private void Forget()
    {
        _scores?.Dispose();
        _error?.Dispose();
        (_scores, _error) = (null, null);
    }
}
