using Topaz.Networks;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace Topaz.TorchSharp;

/// <summary>
/// A network ready to score all positions of an image. A layer with stride s runs with stride 1, and its output is split into s² interleaved
/// images, which go on side by side as a batch: what the dense form does with dilation, but in ordinary convolutions, which libtorch runs
/// faster. Batch norm is folded into the weights.
/// </summary>
internal sealed class DenseNetwork : IDisposable
{
    private readonly Stage[] _stages;
    private readonly ScalarType _type;

    public DenseNetwork(PickerModel model, Device device, ScalarType type)
    {
        (Device, _type, Width) = (device, type, model.Architecture.Width);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        _stages = [.. model.Architecture.Layers.Select(layer => new Stage(layer, model.Weights, device, type))];
        Stride = _stages.Aggregate(1, (product, stage) => product * stage.Layer.Stride);
    }

    public Device Device { get; }

    /// <summary>Whether it computes with numbers of less than single precision.</summary>
    public bool IsShort => _type != ScalarType.Float32;

    /// <summary>Width of the network: a score depends on as many pixels.</summary>
    public int Width { get; }

    /// <summary>Numbers of scores in a row and in a column must be multiples of this.</summary>
    public int Stride { get; }

    /// <summary>Pixels of a row or column from which <paramref name="scores"/> scores are computed.</summary>
    public int InputLength(int scores)
    {
        int length = scores / Stride;
        foreach (Stage stage in _stages.Reverse())
            length = length * stage.Layer.Stride + (stage.Layer.Kernel - 1) * stage.Layer.Dilation;
        return length;
    }

    /// <summary>Scores an image, row-major; its sizes are such as <see cref="InputLength"/> gives.</summary>
    /// <returns>The scores, row-major: the first one belongs to the crop whose corner is the image's corner.</returns>
    public float[] Score(float[] pixels, int width, int height)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        // What a layer read two layers ago is let go at once: memory is that of three layers, not of all.
        Tensor before = zeros(1), current = TensorData.Create(pixels, [1, 1, height, width], Device).to_type(_type);
        foreach (Stage stage in _stages)
        {
            Tensor next = stage.Run(current, before);
            before.Dispose();
            (before, current) = (current, next);
        }

        foreach (Stage stage in _stages.Reverse())
            current = Join(current, stage.Layer.Stride);
        return TensorData.Floats(current.to_type(ScalarType.Float32));
    }

    public void Dispose()
    {
        foreach (Stage stage in _stages)
            stage.Dispose();
    }

    /// <summary>(n, c, h, w) to (s·s·n, c, h/s, w/s): every s-th row and column, for each of the s·s places to begin.</summary>
    private static Tensor Split(Tensor images, int stride)
    {
        if (stride == 1)
            return images;
        long[] shape = images.shape;
        return images
            .view(shape[0], shape[1], shape[2] / stride, stride, shape[3] / stride, stride)
            .permute(3, 5, 0, 1, 2, 4)
            .reshape(stride * stride * shape[0], shape[1], shape[2] / stride, shape[3] / stride);
    }

    private static Tensor Join(Tensor images, int stride)
    {
        if (stride == 1)
            return images;
        long[] shape = images.shape;
        return images
            .view(stride, stride, shape[0] / (stride * stride), shape[1], shape[2], shape[3])
            .permute(2, 3, 4, 0, 5, 1)
            .reshape(shape[0] / (stride * stride), shape[1], shape[2] * stride, shape[3] * stride);
    }

    /// <summary>One layer with its weights on the device.</summary>
    private sealed class Stage : IDisposable
    {
        private readonly Tensor? _kernel, _shift, _projection, _skipScale, _slope;

        public Stage(Layer layer, Weights weights, Device device, ScalarType type)
        {
            Layer = layer;
            if (layer.Kind == LayerKind.MaxPool)
                return;
            Tensor kernel = Load($"{layer.Name}.weight"), scale = ones(layer.Out);
            Tensor shift = layer.Bias ? Load($"{layer.Name}.bias") : zeros(layer.Out);
            if (layer.BatchNorm is { } norm)
            {
                scale = Load($"{norm}.weight") / (Load($"{norm}.running_var") + Networks.Layer.BatchNormEpsilon).sqrt();
                shift = Load($"{norm}.bias") + scale * (shift - Load($"{norm}.running_mean"));
            }

            scale = scale.view(-1, 1, 1, 1);
            _kernel = Keep(kernel * scale);
            _shift = Keep(shift);
            if (layer.Skip?.Projection is { } projection)
                _projection = Keep(Load($"{projection}.weight") * scale);
            else if (layer.Skip is not null)
                _skipScale = Keep(scale.view(1, -1, 1, 1));
            if (layer.Slope is { } slope)
                _slope = Keep(Load($"{slope}.weight"));

            Tensor Load(string name) => TensorData.Create(weights[name], CPU);

            Tensor Keep(Tensor value) => value.to(type, device).DetachFromDisposeScope();
        }

        public Layer Layer { get; }

        public Tensor Run(Tensor input, Tensor before)
        {
            using var scope = NewDisposeScope();
            if (Layer.Kind == LayerKind.MaxPool)
                return Split(nn.functional.max_pool2d(input, [Layer.Kernel, Layer.Kernel], [1L, 1L]), Layer.Stride).MoveToOuterDisposeScope();
            Tensor output = nn.functional.conv2d(input, _kernel!, _shift, [1L, 1L], [0L, 0L], [Layer.Dilation, Layer.Dilation]);
            if (Layer.Skip is { } skip)
            {
                Tensor cropped = TrainingNetwork.Crop(before, skip.Border, 1);
                if (_projection is not null)
                    output.add_(nn.functional.conv2d(cropped, _projection));
                else
                    output.addcmul_(cropped, _skipScale!, 1);
            }

            output = Layer.Activation switch
            {
                Activation.ReLU => output.relu_(),
                Activation.LeakyReLU => output.leaky_relu_(Networks.Layer.LeakySlope),
                Activation.PReLU => output.prelu(_slope!),
                _ => output,
            };
            return Split(output, Layer.Stride).MoveToOuterDisposeScope();
        }

        public void Dispose()
        {
            foreach (Tensor? tensor in new[] { _kernel, _shift, _projection, _skipScale, _slope })
                tensor?.Dispose();
        }
    }
}
