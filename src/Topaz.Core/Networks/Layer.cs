namespace Topaz.Networks;

/// <summary>What a layer computes before its batch norm and activation.</summary>
public enum LayerKind
{
    /// <summary>A valid convolution (cross-correlation, as networks use the word).</summary>
    Convolution,

    /// <summary>A transposed convolution, the decoder's way up.</summary>
    TransposedConvolution,

    /// <summary>The largest value of a window, channel by channel.</summary>
    MaxPool,
}

/// <summary>What follows a layer's linear part.</summary>
public enum Activation
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>max(x, 0).</summary>
    ReLU,

    /// <summary>x for x &gt; 0, 0.01 x otherwise.</summary>
    LeakyReLU,

    /// <summary>x for x &gt; 0, a x otherwise, with one learned slope a for the layer.</summary>
    PReLU,
}

/// <summary>
/// The second half of a residual block: the input of the layer before this one is cropped, strided, projected if the
/// channels differ, and added before the batch norm.
/// </summary>
/// <param name="Border">Pixels cut off on each side of the skipped tensor.</param>
/// <param name="Stride">Every how many pixels are kept.</param>
/// <param name="Projection">Name of the 1×1 convolution without bias that adapts the channels; null where they agree.</param>
public sealed record SkipConnection(int Border, int Stride, string? Projection);

/// <summary>
/// One layer of a network: linear part, optional skip connection, optional batch norm, activation, optional dropout, in that
/// order. Layer i reads the output of layer i−1. Names are those under which the weights are stored.
/// </summary>
/// <param name="Kind">The linear part.</param>
/// <param name="Name">Prefix of the weights (<c>Name.weight</c>, <c>Name.bias</c>).</param>
/// <param name="In">Input channels.</param>
/// <param name="Out">Output channels.</param>
/// <param name="Kernel">Width of the square kernel, in (dilated) steps.</param>
public sealed record Layer(LayerKind Kind, string Name, int In, int Out, int Kernel)
{
    /// <summary>What batch norm adds to a variance before the root.</summary>
    public const double BatchNormEpsilon = 1e-5;

    /// <summary>Weight of a minibatch in batch norm's running statistics.</summary>
    public const double BatchNormMomentum = 0.1;

    /// <summary>Factor of negative values in <see cref="Activation.LeakyReLU"/>.</summary>
    public const double LeakySlope = 0.01;

    /// <summary>Step between outputs, in input pixels (for a transposed convolution: the reverse).</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Step between kernel elements, in input pixels.</summary>
    public int Dilation { get; init; } = 1;

    /// <summary>Pixels cut off on each side of a transposed convolution's output.</summary>
    public int Padding { get; init; }

    /// <summary>Whether the convolution adds a bias (never together with batch norm).</summary>
    public bool Bias { get; init; }

    /// <summary>The skip connection, if this layer closes a residual block.</summary>
    public SkipConnection? Skip { get; init; }

    /// <summary>Prefix of the batch norm's parameters; null without batch norm.</summary>
    public string? BatchNorm { get; init; }

    /// <summary>The nonlinearity.</summary>
    public Activation Activation { get; init; }

    /// <summary>Prefix of PReLU's learned slope.</summary>
    public string? Slope { get; init; }

    /// <summary>Probability that an output channel value is dropped in training; 0 for none.</summary>
    public double Dropout { get; init; }

    /// <summary>Width of the output for a square input of the given width.</summary>
    public int OutputWidth(int inputWidth) => Kind == LayerKind.TransposedConvolution
        ? (inputWidth - 1) * Stride + Kernel - 2 * Padding
        : (inputWidth - (Kernel - 1) * Dilation - 1) / Stride + 1;
}
