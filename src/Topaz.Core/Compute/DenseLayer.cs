using Topaz.Networks;

namespace Topaz.Compute;

/// <summary>
/// One layer of the dense form, ready to run: weights packed, batch norm folded into weights and bias, skip and activation
/// applied while values are in registers or in the cache.
/// </summary>
internal sealed unsafe class DenseLayer : IDisposable
{
    /// <summary>Rows convolved before they are finished: few enough to stay in the second-level cache.</summary>
    private const int Band = 4;

    private readonly Kernels _kernels;
    private readonly Layer _layer;
    private readonly Geometry _geometry;
    private readonly NativeBuffer _weights, _projection, _vectors;
    private readonly PackedWeights _packed, _packedProjection;
    private readonly float _slope;
    private readonly Winograd? _fast;

    /// <param name="layer">A layer of <see cref="Architecture.DenseLayers"/>.</param>
    /// <param name="weights">The network's weights.</param>
    /// <param name="kernels">The kernels to run on.</param>
    /// <param name="classifier">The classifier, if this layer shall do its work as well, see <see cref="TakesClassifier"/>.</param>
    private DenseLayer(Layer layer, Weights weights, Kernels kernels, Layer? classifier = null)
    {
        _kernels = kernels;
        _layer = layer;
        _geometry = new Geometry(layer.Kernel, 1, layer.Dilation);
        int channels = View.Padded(layer.Out);
        // Bias, factor of the skip, weights of the classifier.
        _vectors = new NativeBuffer(3 * channels);
        Span<float> bias = _vectors.Span(0, channels), scale = _vectors.Span(channels, channels);
        scale[..layer.Out].Fill(1);
        _slope = layer.Kind == LayerKind.MaxPool ? 1 : WeightLayout.Slope(layer, weights);
        if (layer.Bias)
            weights[$"{layer.Name}.bias"].Data.CopyTo(bias);
        if (layer.BatchNorm is { } norm)
        {
            float[] gamma = weights[$"{norm}.weight"].Data, beta = weights[$"{norm}.bias"].Data;
            float[] mean = weights[$"{norm}.running_mean"].Data, variance = weights[$"{norm}.running_var"].Data;
            for (int c = 0; c < layer.Out; c++)
            {
                double s = gamma[c] / Math.Sqrt(variance[c] + Layer.BatchNormEpsilon);
                scale[c] = (float)s;
                bias[c] = (float)(beta[c] + s * ((layer.Bias ? bias[c] : 0) - mean[c]));
            }
        }

        Classifies = classifier is not null;
        if (classifier is not null)
        {
            weights[$"{classifier.Name}.weight"].Data.CopyTo(_vectors.Span(2 * channels, channels));
            Bias = weights[$"{classifier.Name}.bias"].Data[0];
        }

        _fast = FastForm(layer);
        int taps = _fast?.Points ?? _geometry.Taps;
        _weights = new NativeBuffer(layer.Kind == LayerKind.MaxPool ? 0 : PackedWeights.Size(taps, layer.In, layer.Out));
        _projection = new NativeBuffer(layer.Skip?.Projection is null ? 0 : WeightLayout.Size(1, layer.In, layer.Out));
        if (layer.Kind == LayerKind.Convolution)
            _packed = Pack(weights[$"{layer.Name}.weight"], layer.Kernel, scale, _fast, _weights);
        if (layer.Skip?.Projection is { } projection)
        {
            // The projection carries the scale itself.
            _packedProjection = Pack(weights[$"{projection}.weight"], 1, scale, fast: null, _projection);
            scale[..layer.Out].Fill(1);
        }
    }

    /// <summary>Channels of the output, padded. Where the layer does the classifier's work, a score is their sum and <see cref="Bias"/>.</summary>
    public int Channels => Classifies ? View.ChannelBlock : View.Padded(_layer.Out);

    /// <summary>Whether the layer does the classifier's work as well.</summary>
    public bool Classifies { get; }

    /// <summary>The classifier's bias.</summary>
    public float Bias { get; }

    /// <summary>Pixels by which the output is narrower than the input.</summary>
    public int Shrink => (_layer.Kernel - 1) * _layer.Dilation;

    /// <summary>Floats of scratch memory that <see cref="Run"/> needs.</summary>
    public long ScratchSize => _fast?.ScratchSize(View.Padded(_layer.In), _kernels.BlockWidth) ?? 0;

    /// <summary>All layers of the dense form; the last one does the classifier's work if it can.</summary>
    public static DenseLayer[] Chain(Architecture architecture, Weights weights, Kernels kernels)
    {
        IReadOnlyList<Layer> layers = architecture.DenseLayers();
        return TakesClassifier(layers[^2], layers[^1])
            ? [.. layers.SkipLast(2).Select(layer => new DenseLayer(layer, weights, kernels)), new DenseLayer(layers[^2], weights, kernels, layers[^1])]
            : [.. layers.Select(layer => new DenseLayer(layer, weights, kernels))];
    }

    /// <summary>
    /// Whether a layer can multiply its outputs by the weights of the classifier that follows, a 1×1 convolution to one channel, while it has them in
    /// registers: then its many channels are neither written nor read again.
    /// </summary>
    private static bool TakesClassifier(Layer layer, Layer classifier) =>
        FastForm(layer) is not null && layer.Skip is null
        && classifier is { Kind: LayerKind.Convolution, Kernel: 1, Out: 1, Bias: true, BatchNorm: null, Skip: null, Activation: Activation.None };

    /// <summary>Runs the layer.</summary>
    /// <param name="source">The previous layer's output.</param>
    /// <param name="before">What the previous layer read, for the skip connection.</param>
    /// <param name="target">Where to write.</param>
    /// <param name="scratch"><see cref="ScratchSize"/> floats.</param>
    public void Run(in View source, in View before, in View target, float* scratch)
    {
        bool projects = _layer.Skip?.Projection is not null;
        float* bias = _vectors.Data, scale = bias + View.Padded(_layer.Out);
        // Bands of a fast form are whole rows of tiles, so that they do not matter to the result; only a projection needs them.
        int band = _fast is null ? Band : projects ? _fast.Outputs * _layer.Dilation : target.Height;
        for (int row = 0; row < target.Height; row += band)
        {
            int rows = Math.Min(band, target.Height - row);
            View output = target with { Address = (nint)target.At(0, row), Height = rows }, skip = default;
            View input = source with { Address = (nint)source.At(0, row), Height = rows + Shrink };
            if (_layer.Skip is { } s)
                skip = before with { Address = (nint)before.At(s.Border, s.Border + row), Width = target.Width, Height = rows };
            if (projects)
                _kernels.Convolve(skip, output, _packedProjection, new Geometry(1), accumulate: false);

            if (_layer.Kind == LayerKind.MaxPool)
            {
                _kernels.MaxPool(input, output, _geometry);
            }
            else if (_fast is not null)
            {
                float* classifier = Classifies ? scale + View.Padded(_layer.Out) : null;
                var epilogue = new Epilogue(bias, scale, _slope, projects ? output : skip, classifier);
                _kernels.ConvolveFast(input, output, _packed, _fast, _geometry, epilogue, scratch);
            }
            else
            {
                _kernels.Convolve(input, output, _packed, _geometry, accumulate: projects);
                _kernels.Finish(output, projects ? default : skip, bias, scale, _slope);
            }
        }
    }

    public void Dispose()
    {
        _weights.Dispose();
        _projection.Dispose();
        _vectors.Dispose();
    }

    private static Winograd? FastForm(Layer layer) =>
        layer.Kind == LayerKind.Convolution && layer.In > 1 ? Winograd.ForScoring(layer.Kernel) : null;

    private PackedWeights Pack(Tensor tensor, int kernel, ReadOnlySpan<float> scale, Winograd? fast, NativeBuffer target)
    {
        using var plain = new NativeBuffer(WeightLayout.Size(kernel, _layer.In, _layer.Out));
        WeightLayout.Import(tensor.Data, kernel, _layer.In, _layer.Out, transposed: false, plain.Data);
        int padded = View.Padded(_layer.Out);
        for (long i = 0; i < plain.Length; i++)
            plain.Data[i] *= scale[(int)(i % padded)];
        if (fast is null)
            return PackedWeights.Pack(plain.Data, kernel * kernel, _layer.In, _layer.Out, backward: false, _kernels.BlockWidth, target.Data);
        using var transformed = new NativeBuffer(target.Length);
        fast.TransformWeights(_kernels, plain.Data, _layer.In * padded, transformed.Data);
        return PackedWeights.Pack(transformed.Data, fast.Points, _layer.In, _layer.Out, backward: false, _kernels.BlockWidth, target.Data);
    }
}
