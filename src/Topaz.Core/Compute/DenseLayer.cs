using Topaz.Networks;

namespace Topaz.Compute;

/// <summary>
/// One layer of the dense form, ready to run: weights packed, batch norm folded into weights and bias, skip and activation
/// applied to each band of rows while it is in the cache.
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
    public DenseLayer(Layer layer, Weights weights, Kernels kernels)
    {
        _kernels = kernels;
        _layer = layer;
        _geometry = new Geometry(layer.Kernel, 1, layer.Dilation);
        int channels = View.Padded(layer.Out);
        _vectors = new NativeBuffer(2 * channels);
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

        _fast = layer.Kind == LayerKind.Convolution && layer.In > 1 ? Winograd.ForScoring(layer.Kernel) : null;
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

    /// <summary>Channels of the output, padded.</summary>
    public int Channels => View.Padded(_layer.Out);

    /// <summary>Pixels by which the output is narrower than the input.</summary>
    public int Shrink => (_layer.Kernel - 1) * _layer.Dilation;

    /// <summary>Floats of scratch memory that <see cref="Run"/> needs.</summary>
    public long ScratchSize => _fast?.ScratchSize(View.Padded(_layer.In), _kernels.BlockWidth) ?? 0;

    /// <summary>Runs the layer.</summary>
    /// <param name="source">The previous layer's output.</param>
    /// <param name="before">What the previous layer read, for the skip connection.</param>
    /// <param name="target">Where to write.</param>
    /// <param name="scratch"><see cref="ScratchSize"/> floats.</param>
    public void Run(in View source, in View before, in View target, float* scratch)
    {
        if (_fast is not null)
        {
            RunFast(_fast, source, before, target, scratch);
            return;
        }

        for (int row = 0; row < target.Height; row += Band)
        {
            int rows = Math.Min(Band, target.Height - row);
            View band = target with { Address = (nint)target.At(0, row), Height = rows };
            View input = source with { Address = (nint)source.At(0, row), Height = rows + Shrink };
            if (_layer.Kind == LayerKind.MaxPool)
            {
                _kernels.MaxPool(input, band, _geometry);
                continue;
            }

            View skip = default;
            if (_layer.Skip is { } s)
                skip = before with { Address = (nint)before.At(s.Border, s.Border + row), Width = band.Width, Height = rows };
            if (_layer.Skip?.Projection is not null)
            {
                _kernels.Convolve(skip, band, _packedProjection, new Geometry(1), accumulate: false);
                skip = default;
                _kernels.Convolve(input, band, _packed, _geometry, accumulate: true);
            }
            else
            {
                _kernels.Convolve(input, band, _packed, _geometry, accumulate: false);
            }

            int channels = Channels;
            _kernels.Finish(band, skip, 1, _vectors.Data, _vectors.Data + channels, _slope);
        }
    }

    private void RunFast(Winograd fast, in View source, in View before, in View target, float* scratch)
    {
        View skip = default;
        if (_layer.Skip is { } s)
            skip = before with { Address = (nint)before.At(s.Border, s.Border), Width = target.Width, Height = target.Height };
        if (_layer.Skip?.Projection is not null)
        {
            _kernels.Convolve(skip, target, _packedProjection, new Geometry(1), accumulate: false);
            skip = target;
        }

        var epilogue = new Epilogue((nint)_vectors.Data, (nint)(_vectors.Data + Channels), _slope, skip);
        _kernels.ConvolveFast(source, target, _packed, fast, _geometry, epilogue, scratch);
    }

    public void Dispose()
    {
        _weights.Dispose();
        _projection.Dispose();
        _vectors.Dispose();
    }

    private PackedWeights Pack(Tensor tensor, int kernel, ReadOnlySpan<float> scale, Winograd? fast, NativeBuffer target)
    {
        using var plain = new NativeBuffer(WeightLayout.Size(kernel, _layer.In, _layer.Out));
        WeightLayout.Import(tensor.Data, kernel, _layer.In, _layer.Out, transposed: false, plain.Data);
        int padded = Channels;
        for (long i = 0; i < plain.Length; i++)
            plain.Data[i] *= scale[(int)(i % padded)];
        if (fast is null)
            return PackedWeights.Pack(plain.Data, kernel * kernel, _layer.In, _layer.Out, backward: false, _kernels.BlockWidth, target.Data);
        using var transformed = new NativeBuffer(target.Length);
        fast.TransformWeights(_kernels, plain.Data, _layer.In * padded, transformed.Data);
        return PackedWeights.Pack(transformed.Data, fast.Points, _layer.In, _layer.Out, backward: false, _kernels.BlockWidth, target.Data);
    }
}
