using Topaz.Compute;
using Topaz.Networks;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace Topaz.TorchSharp;

/// <summary>
/// A network in training. All its parameters lie in one tensor, and Adam's moments beside it, so that a step is a handful of operations
/// however many layers there are; the layers see views of it.
/// </summary>
internal sealed class TrainingNetwork : IDisposable
{
    private const double Beta1 = 0.9, Beta2 = 0.999, AdamEpsilon = 1e-8;

    private readonly Architecture _architecture;
    private readonly Device _device;
    private readonly IReadOnlyList<Parameter> _trained;
    private readonly Dictionary<string, Tensor> _tensors = [];
    private readonly Tensor[] _views;
    private readonly Tensor _parameters, _first, _second, _gradient;
    private readonly long _featureLength;
    private long _steps;

    public TrainingNetwork(Architecture architecture, TrainerState start, Device device)
    {
        (_architecture, _device, _steps) = (architecture, device, start.Steps);
        IReadOnlyList<Parameter> all = ParameterLayout.Of(architecture);
        _trained = [.. all.Where(parameter => parameter.IsTrained)];
        // Features and classifier come first: L2 acts on these, not on the decoder.
        _featureLength = ParameterLayout.Of(architecture.WithoutDecoder()).Where(parameter => parameter.IsTrained).Sum(parameter => parameter.Length);

        using var scope = NewDisposeScope();
        _parameters = Flat(start.Weights);
        _first = Flat(start.FirstMoments);
        _second = Flat(start.SecondMoments);
        _gradient = Flat(null);
        long offset = 0;
        foreach (Parameter parameter in _trained)
        {
            Tensor view = _parameters.narrow(0, offset, parameter.Length).view([.. parameter.Shape.Select(size => (long)size)]);
            _tensors.Add(parameter.Name, view.requires_grad_().DetachFromDisposeScope());
            offset += parameter.Length;
        }

        _views = [.. _trained.Select(parameter => _tensors[parameter.Name])];
        foreach (Parameter statistic in all.Where(parameter => !parameter.IsTrained))
            _tensors.Add(statistic.Name, TensorData.Create(start.Weights[statistic.Name], device).DetachFromDisposeScope());
    }

    /// <summary>Scores crops (n, 1, w, w) in training mode.</summary>
    /// <returns>Scores (n), and the reconstructions (n, 1, v, v) or null without decoder; the caller disposes of them.</returns>
    public (Tensor Scores, Tensor? Reconstruction) Forward(Tensor crops, Generator? dropout)
    {
        using var scope = NewDisposeScope();
        Tensor before = crops, current = crops;
        foreach (Layer layer in _architecture.Layers.SkipLast(1))
            (before, current) = (current, Run(layer, current, before, dropout));
        Tensor scores = Run(_architecture.Layers[^1], current, before, dropout).view(-1);
        if (_architecture.Decoder.Count == 0)
            return (scores.MoveToOuterDisposeScope(), null);
        foreach (Layer layer in _architecture.Decoder)
            current = Run(layer, current, current, dropout);
        return (scores.MoveToOuterDisposeScope(), current.MoveToOuterDisposeScope());
    }

    /// <summary>Computes the gradient of a scalar that <see cref="Forward"/>'s results went into.</summary>
    public void Backward(Tensor loss)
    {
        using var scope = NewDisposeScope();
        try
        {
            // Not autograd.grad, from whose native side an error, such as memory running out, does not come back: it ends the process.
            autograd.backward([loss], inputs: _views);
            using var noGradient = no_grad();
            _gradient.copy_(cat([.. _views.Select(view => view.grad!.reshape(-1))]));
        }
        finally
        {
            foreach (Tensor view in _views)
                view.grad = null;
        }
    }

    /// <summary>One step of Adam (Kingma and Ba, 2015, algorithm 1), with λw added to the gradients of features and classifier.</summary>
    public void Step(double learningRate, double l2)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        _steps++;
        Tensor gradient = _gradient;
        if (l2 > 0)
        {
            gradient = _gradient.clone();
            gradient.narrow(0, 0, _featureLength).add_(_parameters.narrow(0, 0, _featureLength), l2);
        }

        _first.mul_(Beta1).add_(gradient, 1 - Beta1);
        _second.mul_(Beta2).addcmul_(gradient, gradient, 1 - Beta2);
        Tensor spread = (_second / (1 - Math.Pow(Beta2, _steps))).sqrt_().add_(AdamEpsilon);
        _parameters.addcdiv_(_first, spread, -learningRate / (1 - Math.Pow(Beta1, _steps)));
    }

    public TrainerState Capture(Weights template) => new(
        Named(template, _parameters, withStatistics: true), Named(template, _first), Named(template, _second), _steps);

    /// <summary>The gradients of the last <see cref="Backward"/>, named as the weights.</summary>
    public Weights CaptureGradients(Weights template) => Named(template, _gradient);

    public void Dispose()
    {
        foreach (Tensor tensor in _tensors.Values.Concat([_parameters, _first, _second, _gradient]))
            tensor.Dispose();
    }

    /// <summary>Cuts pixels off on each side and keeps every so many of the rest.</summary>
    public static Tensor Crop(Tensor images, int border, int stride)
    {
        long[] shape = images.shape;
        return images.slice(2, border, shape[2] - border, stride).slice(3, border, shape[3] - border, stride);
    }

    private Tensor Run(Layer layer, Tensor input, Tensor before, Generator? dropout)
    {
        long[] stride = [layer.Stride, layer.Stride], padding = [layer.Padding, layer.Padding], dilation = [layer.Dilation, layer.Dilation];
        if (layer.Kind == LayerKind.MaxPool)
            return nn.functional.max_pool2d(input, [layer.Kernel, layer.Kernel], stride);
        Tensor kernel = _tensors[$"{layer.Name}.weight"];
        Tensor? bias = layer.Bias ? _tensors[$"{layer.Name}.bias"] : null;
        Tensor output = layer.Kind == LayerKind.TransposedConvolution
            ? nn.functional.conv_transpose2d(input, kernel, bias, stride, padding, [0L, 0L], dilation)
            : nn.functional.conv2d(input, kernel, bias, stride, padding, dilation);
        if (layer.Skip is { } skip)
        {
            Tensor cropped = Crop(before, skip.Border, skip.Stride);
            output += skip.Projection is { } projection ? nn.functional.conv2d(cropped, _tensors[$"{projection}.weight"]) : cropped;
        }

        if (layer.BatchNorm is { } norm)
        {
            output = nn.functional.batch_norm(
                output, _tensors[$"{norm}.running_mean"], _tensors[$"{norm}.running_var"], _tensors[$"{norm}.weight"], _tensors[$"{norm}.bias"],
                true, Layer.BatchNormMomentum, Layer.BatchNormEpsilon);
        }

        output = layer.Activation switch
        {
            Activation.ReLU => output.relu(),
            Activation.LeakyReLU => output.leaky_relu(Layer.LeakySlope),
            Activation.PReLU => output.prelu(_tensors[$"{layer.Slope}.weight"]),
            _ => output,
        };
        return layer.Dropout == 0
            ? output
            : output * (rand(output.shape, generator: dropout) >= layer.Dropout).to(ScalarType.Float32, _device) / (1 - layer.Dropout);
    }

    /// <summary>All trained parameters one after the other, zeros where there are none.</summary>
    private Tensor Flat(Weights? weights)
    {
        var values = new float[_trained.Sum(parameter => parameter.Length)];
        int offset = 0;
        foreach (Parameter parameter in _trained)
        {
            weights?[parameter.Name].Data.CopyTo(values, offset);
            offset += parameter.Length;
        }

        return TensorData.Create(values, [values.Length], _device).DetachFromDisposeScope();
    }

    /// <summary>A flat tensor as named ones, in the order of the template.</summary>
    private Weights Named(Weights template, Tensor flat, bool withStatistics = false)
    {
        float[] values = TensorData.Floats(flat);
        var offsets = new Dictionary<string, int>();
        int offset = 0;
        foreach (Parameter parameter in _trained)
        {
            offsets.Add(parameter.Name, offset);
            offset += parameter.Length;
        }

        var weights = new Weights();
        foreach (Networks.Tensor tensor in template.Tensors)
        {
            if (offsets.TryGetValue(tensor.Name, out int start))
                weights.Add(tensor with { Data = values[start..(start + tensor.Data.Length)] });
            else if (withStatistics && _tensors.TryGetValue(tensor.Name, out Tensor? statistic))
                weights.Add(tensor with { Data = TensorData.Floats(statistic) });
        }

        return weights;
    }
}
