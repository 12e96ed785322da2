using Topaz.Networks;

namespace Topaz.Compute;

/// <summary>What one layer keeps during training: its place in the network, packed weights, and the batch's statistics.</summary>
internal sealed unsafe class TrainingLayer : IDisposable
{
    /// <summary>Tiles that make a matrix product worth while; small images are taken together until they have as many.</summary>
    private const int TilesPerGroup = 36;

    /// <summary>Most samples that go through a layer together.</summary>
    private const int MaxGroup = 16;

    private readonly NativeBuffer _forward, _backward, _projectionForward, _projectionBackward, _arranged, _transformed, _vectors;
    private readonly double[] _mean, _variance;

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
        Outputs = layer.Out;
        // Which form computes the layer: Winograd's, the same by phases, or (Fast stays null) plain products.
        if (layer.Kind == LayerKind.Convolution && layer.In > 1 && Width > 1)
        {
            Fast = Winograd.ForTraining(Geometry);
        }
        else if (Transposed && layer is { Stride: 2, Padding: 1, Kernel: 4 } && inputWidth >= Kernels.SmallImage)
        {
            IsFolded = true;
            (Geometry, Fast, Outputs) = (PhaseKernel.Geometry, Winograd.ForPhases(Channels), 4 * Channels);
        }
        else if (Transposed && layer is { Stride: 2, Padding: 1, Kernel: 3 or 4, Out: 1, Bias: false, BatchNorm: null, Activation: Activation.None })
        {
            StoresPhases = true;
            (Geometry, Fast, Outputs) = (PhaseKernel.Geometry, Winograd.ForTraining(PhaseKernel.Geometry), 4);
            Width = inputWidth;
        }

        if (Fast is not null)
        {
            int tiles = ((IsFolded ? inputWidth : Width) + Fast.Outputs - 1) / Fast.Outputs;
            Group = Math.Clamp(TilesPerGroup / (tiles * tiles), 1, MaxGroup);
        }
        else if (IsSmall)
        {
            Group = MaxGroup;
        }

        bool pool = layer.Kind == LayerKind.MaxPool;
        WeightStart = pool ? -1 : parameters[$"{layer.Name}.weight"];
        ProjectionStart = layer.Skip?.Projection is { } projection ? parameters[$"{projection}.weight"] : -1;
        BiasStart = layer.Bias ? parameters[$"{layer.Name}.bias"] : -1;
        GammaStart = layer.BatchNorm is { } norm ? parameters[$"{norm}.weight"] : -1;
        BetaStart = layer.BatchNorm is { } ? parameters[$"{layer.BatchNorm}.bias"] : -1;
        RunningStart = layer.BatchNorm is { } ? parameters[$"{layer.BatchNorm}.running_mean"] : -1;
        SlopeStart = layer.Slope is { } slope ? parameters[$"{slope}.weight"] : -1;

        _forward = new NativeBuffer(pool ? 0 : PackedWeights.Size(Taps, layer.In, Outputs));
        _backward = new NativeBuffer(pool ? 0 : PackedWeights.Size(Taps, Outputs, layer.In));
        _arranged = new NativeBuffer(ArrangedSize);
        _transformed = new NativeBuffer(TransformedSize);
        _projectionForward = new NativeBuffer(ProjectionStart < 0 ? 0 : PackedWeights.Size(1, layer.In, layer.Out));
        _projectionBackward = new NativeBuffer(ProjectionStart < 0 ? 0 : PackedWeights.Size(1, layer.Out, layer.In));
        _vectors = new NativeBuffer(5L * Channels);
        (_mean, _variance) = (new double[Channels], new double[Channels]);
        // Scale and P; what batch norm does not set stays so.
        _vectors.Span(0, Channels).Fill(1);
        _vectors.Span(2L * Channels, Channels).Fill(1);
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

    /// <summary>Whether the output is computed as <see cref="View.Folded"/>, by <see cref="PhaseKernel"/>.</summary>
    public bool IsFolded { get; }

    /// <summary>
    /// Whether the output is computed by <see cref="PhaseKernel"/> and stored so, its only channel's phases being the channels of an image as large
    /// as the input: one channel alone, padded, would take many times the memory.
    /// </summary>
    public bool StoresPhases { get; }

    /// <summary>Channels that are computed, without padding.</summary>
    public int Outputs { get; }

    /// <summary>The fast form of the convolution, if it has one.</summary>
    public Winograd? Fast { get; }

    /// <summary>Samples that go through the layer together.</summary>
    public int Group { get; } = 1;

    /// <summary>Floats of the transformed weights.</summary>
    public long TransformedSize => Fast is null ? 0 : (long)Fast.Points * KernelSize;

    /// <summary>Floats of the weights that <see cref="PhaseKernel"/> arranges.</summary>
    public long ArrangedSize => HasPhases ? PhaseKernel.Size(Layer.In, PhaseChannels) : 0;

    /// <summary>Floats of scratch memory for the fast form, forward and backward.</summary>
    public long ScratchSize(int blockWidth) => Fast?.ScratchSize(View.Padded(Layer.In), View.Padded(Outputs), blockWidth) ?? 0;

    public long WeightStart { get; }

    public long ProjectionStart { get; }

    public long BiasStart { get; }

    public long GammaStart { get; }

    public long BetaStart { get; }

    public long SlopeStart { get; }

    private long RunningStart { get; }

    /// <summary>Floats of one element of the kernel.</summary>
    private int KernelSize => Layer.In * View.Padded(Outputs);

    private bool IsSmall => Layer.Kind != LayerKind.MaxPool && Fast is null && Math.Min(InputWidth, Width) < Kernels.SmallImage;

    private bool HasPhases => IsFolded || StoresPhases;

    /// <summary>Channels of a phase.</summary>
    private int PhaseChannels => IsFolded ? Channels : 1;

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
    /// Zeros that the input needs on all sides: a transposed convolution reads beyond.
    /// </summary>
    public int InputMargin => Fast is not null ? Geometry.Padding : Transposed && !IsSmall ? (Layer.Kernel - 1) / Layer.Stride + 1 : 0;

    /// <summary>Zeros that the output's gradient needs on all sides.</summary>
    public int GradientMargin =>
        Fast is not null || IsSmall ? 0 : Transposed ? Layer.Padding : (Layer.Kernel - 1) * Layer.Dilation / Layer.Stride + 1;

    /// <summary>Floats from the start of a sample's output to the first channel of a pixel.</summary>
    public nint PixelPlace(int x, int y) => StoresPhases
        ? ((nint)(y / 2) * Width + x / 2) * Channels + y % 2 * 2 + x % 2
        : ((nint)y * Width + x) * Channels;

    /// <summary>Packs the current weights and reads slope and bias.</summary>
    public void Prepare(float* parameters, Kernels kernels)
    {
        int blockWidth = kernels.BlockWidth;
        if (WeightStart >= 0)
        {
            float* weights = parameters + WeightStart;
            if (HasPhases)
            {
                PhaseKernel.Arrange(weights, Layer.Kernel, Layer.In, PhaseChannels, _arranged.Data);
                weights = _arranged.Data;
            }

            if (Fast is not null)
            {
                Fast.TransformWeights(kernels, weights, KernelSize, _transformed.Data);
                weights = _transformed.Data;
            }

            Forward = PackedWeights.Pack(weights, Taps, Layer.In, Outputs, false, blockWidth, _forward.Data);
            if (Input > 0)
                Backward = PackedWeights.Pack(weights, Taps, Layer.In, Outputs, true, blockWidth, _backward.Data);
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

    /// <summary>Turns the gradient of the transformed weights into that of the weights.</summary>
    /// <param name="kernels">The kernels.</param>
    /// <param name="transformed"><see cref="TransformedSize"/> floats.</param>
    /// <param name="scratch"><see cref="ArrangedSize"/> floats.</param>
    /// <param name="gradient">Receives the gradient.</param>
    public void RestoreGradient(Kernels kernels, float* transformed, float* scratch, float* gradient)
    {
        Fast!.TransformGradient(kernels, transformed, KernelSize, HasPhases ? scratch : gradient);
        if (HasPhases)
            PhaseKernel.Restore(scratch, Layer.Kernel, Layer.In, PhaseChannels, gradient);
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
        _arranged.Dispose();
        _transformed.Dispose();
        _vectors.Dispose();
    }
}
