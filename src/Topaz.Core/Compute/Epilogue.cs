namespace Topaz.Compute;

/// <summary>What becomes of a convolution's sums while they are in registers: activation(sum + bias + skip · scale).</summary>
/// <param name="bias">Per channel; null if the sums are wanted as they are.</param>
/// <param name="scale">Factor of the skip, per channel.</param>
/// <param name="slope">Factor of negative values.</param>
/// <param name="skip">As large as the target, possibly the target itself, or nothing.</param>
/// <param name="classifier">
/// Weights of a 1×1 convolution to one channel that follows, per channel, or null. With it the target has <see cref="View.ChannelBlock"/> channels; the
/// result is their sum, channel c of the layer being added to channel c modulo their number.
/// </param>
internal readonly unsafe struct Epilogue(float* bias, float* scale, float slope, View skip, float* classifier = null)
{
    public float* Bias { get; } = bias;

    public float* Scale { get; } = scale;

    public float Slope { get; } = slope;

    public View Skip { get; } = skip;

    public float* Classifier { get; } = classifier;

    /// <summary>Whether the sums are wanted as they are.</summary>
    public bool IsNone => Bias == null;

    public bool Skips => Skip.Address != 0;

    public bool Classifies => Classifier != null;
}
