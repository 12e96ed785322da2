using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Topaz.Compute;

/// <summary>Step, spread and border of a convolution's kernel.</summary>
/// <param name="Kernel">Elements across the square kernel.</param>
/// <param name="Stride">Pixels of the larger image per pixel of the smaller.</param>
/// <param name="Dilation">Pixels of the larger image between kernel elements.</param>
/// <param name="Padding">Pixels by which the kernel's first position lies outside the larger image.</param>
internal readonly record struct Geometry(int Kernel, int Stride = 1, int Dilation = 1, int Padding = 0)
{
    public int Taps => Kernel * Kernel;
}

/// <summary>
/// The numerical kernels of the CPU engine, compiled once per vector width. Nothing here allocates, spawns threads or knows
/// about networks.
/// </summary>
internal abstract unsafe class Kernels
{
    /// <summary>Width below which an image, or the one made of it, has too few pixels for large products, so that samples take their place.</summary>
    public const int SmallImage = 8;

    /// <summary>The widest level this machine computes with in hardware.</summary>
    public static SimdLevel Best { get; } =
        Vector512.IsHardwareAccelerated ? SimdLevel.Vector512
        : Vector256.IsHardwareAccelerated ? SimdLevel.Vector256
        : Vector128.IsHardwareAccelerated ? SimdLevel.Vector128
        : SimdLevel.Portable;

    /// <summary>The kernels of one level.</summary>
    public static Kernels For(SimdLevel level) => level switch
    {
        SimdLevel.Vector512 => new Kernels<Vector512<float>, Simd512>(),
        SimdLevel.Vector256 => new Kernels<Vector256<float>, Simd256>(),
        SimdLevel.Vector128 => new Kernels<Vector128<float>, Simd128>(),
        _ => new Kernels<float, SimdPortable>(),
    };

    /// <summary>Columns that one pass of the product kernel computes.</summary>
    public abstract int BlockWidth { get; }

    /// <summary>
    /// Convolution: target(x, y) = Σ source(x·stride − padding + kx·dilation, …) · w[ky, kx]. Rows outside the source count as
    /// zeros; columns outside must be zeros in its margins, unless the images are small (<see cref="SmallImage"/>). Only small ones come several at once.
    /// </summary>
    public abstract void Convolve(in ViewBatch sources, in ViewBatch targets, in PackedWeights weights, in Geometry g, bool accumulate);

    /// <summary>Convolution by <see cref="Winograd"/> of all samples, and what the epilogue wants.</summary>
    /// <param name="source">With margins as wide as the padding, covers all that the targets' kernels reach.</param>
    /// <param name="target">Receives the result; may be <see cref="View.Folded"/>.</param>
    /// <param name="weights">Transformed and packed, one tap for each point.</param>
    /// <param name="form">The fast form.</param>
    /// <param name="g">The layer's geometry, its dilation a multiple of its stride.</param>
    /// <param name="epilogue">What becomes of the sums.</param>
    /// <param name="scratch"><see cref="Winograd.ScratchSize"/> floats for the source's channels and one block.</param>
    public abstract void ConvolveFast(
        in ViewBatch source, in ViewBatch target, in PackedWeights weights, Winograd form, in Geometry g, in Epilogue epilogue, float* scratch);

    /// <summary>
    /// Gradients of a convolution by <see cref="Winograd"/>: the transposes of its three linear maps. The input's is added to what is there.
    /// </summary>
    /// <param name="input">What the layer read, with margins as wide as the padding.</param>
    /// <param name="inputs">Its channels, without padding.</param>
    /// <param name="output">Gradient of what it wrote; may be <see cref="View.Folded"/>.</param>
    /// <param name="inputGradient">Receives the input's gradient, unless it is empty; without margins.</param>
    /// <param name="weights">Transformed and packed for the way back.</param>
    /// <param name="weightGradient">Receives the gradient of the transformed weights, points × inputs × padded outputs.</param>
    /// <param name="accumulate">Whether that is added to what is there.</param>
    /// <param name="form">The fast form, one for training.</param>
    /// <param name="g">The layer's geometry.</param>
    /// <param name="scratch"><see cref="Winograd.ScratchSize"/> floats for the channels of both images and one block.</param>
    public abstract void FastGradients(
        in ViewBatch input, int inputs, in ViewBatch output, in ViewBatch inputGradient, in PackedWeights weights, float* weightGradient,
        bool accumulate, Winograd form, in Geometry g, float* scratch);

    /// <summary>target = M · source · Mᵀ for each channel: squares of vectors, columns² of them to rows².</summary>
    public abstract void Transform(float* matrix, int rows, int columns, float* source, int channels, float* target);

    /// <summary>
    /// Transposed convolution: target(x, y) = Σ source((x + padding − kx·dilation) / stride, …) · w[ky, kx] over the kernel
    /// elements that divide evenly. Borders as in <see cref="Convolve"/>.
    /// </summary>
    public abstract void Spread(in ViewBatch sources, in ViewBatch targets, in PackedWeights weights, in Geometry g, bool accumulate);

    /// <summary>
    /// Gradient of a convolution's weights, gradient[ky, kx, i, o] = Σ input_i · outputGradient_o, over the pixels that each
    /// kernel element connects. For a transposed convolution the output is the larger image.
    /// </summary>
    /// <param name="inputs">What the layer read.</param>
    /// <param name="channels">Its channels, without padding.</param>
    /// <param name="outputs">Gradient of what it wrote.</param>
    /// <param name="gradient">taps × inputs × padded outputs.</param>
    /// <param name="g">The layer's geometry.</param>
    /// <param name="transposed">Whether the layer is a transposed convolution.</param>
    /// <param name="accumulate">Whether the gradient is added to what is there.</param>
    public abstract void WeightGradient(
        in ViewBatch inputs, int channels, in ViewBatch outputs, float* gradient, in Geometry g, bool transposed, bool accumulate);

    /// <summary>
    /// target = activation(source · scale + shift) per channel; a negative value is multiplied by <paramref name="slope"/>.
    /// The source has no margins.
    /// </summary>
    public abstract void Activate(float* source, in View target, float* scale, float* shift, float slope);

    /// <summary>target = activation(target + bias + skip · scale), in place; the skip may be absent (null data).</summary>
    public abstract void Finish(in View target, in View skip, float* bias, float* scale, float slope);

    /// <summary>The largest value of each window, channel by channel.</summary>
    public abstract void MaxPool(in View source, in View target, in Geometry g);

    /// <summary>Passes the gradient of each window to the first of its largest values.</summary>
    /// <param name="input">What <see cref="MaxPool"/> read.</param>
    /// <param name="pooled">What it wrote.</param>
    /// <param name="output">Gradient of that.</param>
    /// <param name="inputGradient">Receives the gradient.</param>
    /// <param name="g">The windows.</param>
    /// <param name="accumulate">Whether it is added.</param>
    public abstract void MaxPoolGradient(
        in View input, float* pooled, in View output, in View inputGradient, in Geometry g, bool accumulate);

    /// <summary>target(x, y) += source(x · stride, y · stride).</summary>
    public abstract void AddStrided(in View source, int stride, in View target);

    /// <summary>target(x · stride, y · stride) += source(x, y).</summary>
    public abstract void SpreadStrided(in View source, int stride, in View target);

    /// <summary>Adds Σ x and Σ x² of each channel over the pixels to two rows of doubles.</summary>
    public abstract void Moments(float* source, long pixels, int channels, double* sum, double* squares);

    /// <summary>
    /// Passes a gradient back through the activation: with y = z · scale + shift, gradient *= y &gt; 0 ? 1 : slope; adds the
    /// sums that the batch norm needs, Σ gradient and Σ gradient · z, per channel, and returns dLoss/dSlope.
    /// </summary>
    public abstract double ActivationGradient(
        float* gradient, float* z, long pixels, int channels, float* scale, float* shift, float slope, double* sum, double* sumZ);

    /// <summary>target = gradient · p + z · q + t per channel: the batch norm's gradient with respect to its input.</summary>
    public abstract void NormGradient(
        float* gradient, float* z, in View target, float* p, float* q, float* t);

    /// <summary>target[i] = Σ_c sources[i + c · stride], in order of c.</summary>
    public abstract void SumChunks(float* sources, long stride, int chunks, float* target, long start, long count);

    /// <summary>One step of Adam (Kingma and Ba, 2015) on <paramref name="count"/> parameters.</summary>
    public abstract void Adam(
        float* parameters, float* gradient, float* first, float* second, long count, in AdamStep step);
}

/// <summary>The numbers of one step of Adam that do not depend on the parameter.</summary>
/// <param name="Rate">Learning rate over the first moment's bias correction.</param>
/// <param name="SecondCorrection">1 / √(1 − β₂ᵗ).</param>
/// <param name="L2">λ added as λw to the gradient.</param>
internal readonly record struct AdamStep(float Rate, float SecondCorrection, float L2)
{
    public const float Beta1 = 0.9f, Beta2 = 0.999f, Epsilon = 1e-8f;

    /// <summary>The numbers of the step with index <paramref name="step"/>, counted from 1.</summary>
    public static AdamStep At(long step, double learningRate, double l2) => new(
        (float)(learningRate / (1 - Math.Pow(Beta1Exact, step))), (float)(1 / Math.Sqrt(1 - Math.Pow(Beta2Exact, step))), (float)l2);

    private const double Beta1Exact = 0.9, Beta2Exact = 0.999;
}

/// <inheritdoc/>
internal sealed unsafe partial class Kernels<V, S> : Kernels
    where V : struct
    where S : ISimd<V>
{
    public override int BlockWidth
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 2 * S.Count;
    }
}
