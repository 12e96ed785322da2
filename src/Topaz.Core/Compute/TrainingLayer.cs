using Topaz.Networks;

namespace Topaz.Compute;

/// <summary>What one layer keeps during training: its place in the network, packed weights, and the batch's statistics.</summary>
internal sealed unsafe class TrainingLayer : IDisposable
{
    /// <summary>Tiles that make a matrix product worth while; small images are taken together until they have as many.</summary>
    private const int TilesPerGroup = 36;

    private readonly NativeBuffer _forward, _backward, _projectionForward, _projectionBackward, _transformed, _vectors;
    private readonly double[] _mean, _variance;

    /// <summary>Most samples that go through a layer together.</summary>
    private const int MaxGroup = 16;

    /// <param name="layer">The layer.</param>
    /// <param name="index">Its number; it writes node <c>index + 1</c>.</param>
    /// <param name="input">Node that it reads; node 0 is the crop.</param>
    /// <param name="skipInput">Node that its skip connection reads, or −1.</param>
    /// <param name="inputWidth">Width of what it reads.</param>
    /// <param name="parameters">Where its numbers lie.</param>
    public TrainingLayer(Layer layer, int index, int input, int skipInput, int inputWidth, ParameterBuffer parameters)
    {
        Layer = layer;
        Index = index;
        Input = input;
        SkipInput = skipInput;
        InputWidth = inputWidth;
        Width = layer.OutputWidth(inputWidth);
        Channels = View.Padded(layer.Out);
        Geometry = new Geometry(layer.Kernel, layer.Stride, layer.Dilation, layer.Padding);
        Transposed = layer.Kind == LayerKind.TransposedConvolution;
        Inputs = layer.In;
        IsMatrix = layer.Kind == LayerKind.Convolution && layer.Skip is null && layer.In % View.ChannelBlock == 0
            && inputWidth == layer.Kernel && layer.Dilation == 1 && layer.Padding == 0;
        if (IsMatrix)
        {
            Inputs = layer.In * Geometry.Taps;
            Geometry = new Geometry(1);
            Group = MaxGroup;
        }
        else if (layer.Kind == LayerKind.Convolution && layer.In > 1 && Winograd.ForTraining(Geometry) is { } fast)
        {
            int tiles = (Width + fast.Outputs - 1) / fast.Outputs;
            (Fast, Group) = (fast, Math.Clamp(TilesPerGroup / (tiles * tiles), 1, MaxGroup));
        }

        bool pool = layer.Kind == LayerKind.MaxPool;
        WeightStart = pool ? -1 : parameters[$"{layer.Name}.weight"];
        ProjectionStart = layer.Skip?.Projection is { } projection ? parameters[$"{projection}.weight"] : -1;
        BiasStart = layer.Bias ? parameters[$"{layer.Name}.bias"] : -1;
        GammaStart = layer.BatchNorm is { } norm ? parameters[$"{norm}.weight"] : -1;
        BetaStart = layer.BatchNorm is { } ? parameters[$"{layer.BatchNorm}.bias"] : -1;
        RunningStart = layer.BatchNorm is { } ? parameters[$"{layer.BatchNorm}.running_mean"] : -1;
        SlopeStart = layer.Slope is { } slope ? parameters[$"{slope}.weight"] : -1;

        _forward = new NativeBuffer(pool ? 0 : PackedWeights.Size(Taps, Inputs, layer.Out));
        _backward = new NativeBuffer(pool ? 0 : PackedWeights.Size(Taps, layer.Out, Inputs));
        _transformed = new NativeBuffer(PointsSize);
        _projectionForward = new NativeBuffer(ProjectionStart < 0 ? 0 : PackedWeights.Size(1, layer.In, layer.Out));
        _projectionBackward = new NativeBuffer(ProjectionStart < 0 ? 0 : PackedWeights.Size(1, layer.Out, layer.In));
        _vectors = new NativeBuffer(5L * Channels);
        (_mean, _variance) = (new double[Channels], new double[Channels]);
        _vectors.Span(0, layer.Out).Fill(1);
    }

    public Layer Layer { get; }

    public int Index { get; }

    public int Input { get; }

    public int SkipInput { get; }

    public int InputWidth { get; }

    public int Width { get; }

    /// <summary>Channels of the output, padded.</summary>
    public int Channels { get; }

    public Geometry Geometry { get; }

    public bool Transposed { get; }

    /// <summary>
    /// Whether the kernel covers the whole input, so that the layer is a matrix product: the pixels' channels side by side are the channels
    /// of a single pixel, and samples are pixels of a row.
    /// </summary>
    public bool IsMatrix { get; }

    /// <summary>Channels of the input, without padding.</summary>
    public int Inputs { get; }

    /// <summary>The fast form of the convolution, if it has one.</summary>
    public Winograd? Fast { get; }

    /// <summary>Samples that go through the layer together.</summary>
    public int Group { get; } = 1;

    /// <summary>Floats of the transformed weights.</summary>
    public long PointsSize => Fast is null ? 0 : (long)Fast.Points * Layer.In * Channels;

    /// <summary>Floats of scratch memory for the fast form, forward and backward.</summary>
    public long ScratchSize(int blockWidth) => Fast?.ScratchSize(View.Padded(Layer.In), Channels, blockWidth) ?? 0;

    public long WeightStart { get; }

    public long ProjectionStart { get; }

    public long BiasStart { get; }

    public long GammaStart { get; }

    public long BetaStart { get; }

    public long SlopeStart { get; }

    private long RunningStart { get; }

    private int Taps => Fast?.Points ?? Geometry.Taps;

    public PackedWeights Forward { get; private set; }

    public PackedWeights Backward { get; private set; }

    public PackedWeights ProjectionForward { get; private set; }

    public PackedWeights ProjectionBackward { get; private set; }

    /// <summary>Factor of negative values.</summary>
    public float Slope { get; private set; } = 1;

    /// <summary>The layer's output is activation(z · Scale + Shift), z being the linear part without bias.</summary>
    public float* Scale => _vectors.Data;

    public float* Shift => _vectors.Data + Channels;

    /// <summary>dLoss/dz = gradient · P + z · Q + T.</summary>
    public float* P => _vectors.Data + 2 * Channels;

    public float* Q => _vectors.Data + 3 * Channels;

    public float* T => _vectors.Data + 4 * Channels;

    /// <summary>Floats of one sample's output.</summary>
    public long Size => (long)Width * Width * Channels;

    /// <summary>
    /// Zeros that the input needs left and right of each row in the forward pass: a transposed convolution reads beyond.
    /// </summary>
    public int InputMargin => Transposed ? (Layer.Kernel - 1) / Layer.Stride + 1 : 0;

    /// <summary>Zeros that the output's gradient needs left and right of each row in the backward pass.</summary>
    public int GradientMargin =>
        Fast is not null || IsMatrix ? 0 : Transposed ? Layer.Padding : (Layer.Kernel - 1) * Layer.Dilation / Layer.Stride + 1;

    /// <summary>Packs the current weights and reads slope and bias.</summary>
    public void Prepare(float* parameters, Kernels kernels)
    {
        int blockWidth = kernels.BlockWidth;
        if (WeightStart >= 0)
        {
            float* weights = parameters + WeightStart;
            if (Fast is not null)
            {
                Fast.TransformWeights(kernels, weights, Layer.In * Channels, _transformed.Data);
                weights = _transformed.Data;
            }

            Forward = PackedWeights.Pack(weights, Taps, Inputs, Layer.Out, false, blockWidth, _forward.Data);
            if (Input > 0)
                Backward = PackedWeights.Pack(weights, Taps, Inputs, Layer.Out, true, blockWidth, _backward.Data);
        }

        if (ProjectionStart >= 0)
        {
            float* weights = parameters + ProjectionStart;
            ProjectionForward = PackedWeights.Pack(weights, 1, Layer.In, Layer.Out, false, blockWidth, _projectionForward.Data);
            ProjectionBackward = PackedWeights.Pack(weights, 1, Layer.In, Layer.Out, true, blockWidth, _projectionBackward.Data);
        }

        if (BiasStart >= 0)
            new Span<float>(parameters + BiasStart, Layer.Out).CopyTo(new Span<float>(Shift, Layer.Out));
        Slope = Layer.Activation switch
        {
            Activation.ReLU => 0,
            Activation.LeakyReLU => (float)Networks.Layer.LeakySlope,
            Activation.PReLU => parameters[SlopeStart],
            _ => 1,
        };
    }

    /// <summary>Turns Σz and Σz² over the batch into scale and shift, and updates the running statistics.</summary>
    public void Normalize(double* sum, double* squares, long count, float* parameters)
    {
        float* gamma = parameters + GammaStart, beta = parameters + BetaStart;
        float* runningMean = parameters + RunningStart, runningVariance = runningMean + Channels;
        for (int c = 0; c < Layer.Out; c++)
        {
            double mean = sum[c] / count, variance = Math.Max(0, squares[c] / count - mean * mean);
            double scale = gamma[c] / Math.Sqrt(variance + Networks.Layer.BatchNormEpsilon);
            Scale[c] = (float)scale;
            Shift[c] = (float)(beta[c] - mean * scale);
            _mean[c] = mean;
            _variance[c] = variance;
            double unbiased = count > 1 ? variance * count / (count - 1) : variance;
            runningMean[c] = (float)((1 - Networks.Layer.BatchNormMomentum) * runningMean[c] + Networks.Layer.BatchNormMomentum * mean);
            runningVariance[c] = (float)((1 - Networks.Layer.BatchNormMomentum) * runningVariance[c] + Networks.Layer.BatchNormMomentum * unbiased);
        }
    }

    /// <summary>
    /// Turns Σg and Σg·z over the batch, g being the gradient before the activation, into the gradients of the layer's
    /// vectors and into P, Q and T.
    /// </summary>
    public void BackwardVectors(double* sum, double* sumZ, double slope, long count, float* parameters, float* gradient)
    {
        for (int c = 0; c < Layer.Out; c++)
        {
            (P[c], Q[c], T[c]) = (1, 0, 0);
            if (BiasStart >= 0)
                gradient[BiasStart + c] = (float)sum[c];
            if (GammaStart < 0)
                continue;
            double inverse = 1 / Math.Sqrt(_variance[c] + Networks.Layer.BatchNormEpsilon), scale = parameters[GammaStart + c] * inverse;
            double sumNormalized = (sumZ[c] - _mean[c] * sum[c]) * inverse;
            gradient[GammaStart + c] = (float)sumNormalized;
            gradient[BetaStart + c] = (float)sum[c];
            double q = -scale * inverse * sumNormalized / count;
            P[c] = (float)scale;
            Q[c] = (float)q;
            T[c] = (float)(-scale * sum[c] / count - q * _mean[c]);
        }

        if (SlopeStart >= 0)
            gradient[SlopeStart] = (float)slope;
    }

    public void Dispose()
    {
        _forward.Dispose();
        _backward.Dispose();
        _projectionForward.Dispose();
        _projectionBackward.Dispose();
        _transformed.Dispose();
        _vectors.Dispose();
    }
}
