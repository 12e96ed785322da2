namespace Topaz.Compute;

/// <summary>What becomes of a convolution's sums while they are in registers: activation(sum + bias + skip · scale).</summary>
/// <param name="Bias">Per channel; null if the sums are wanted as they are.</param>
/// <param name="Scale">Factor of the skip, per channel.</param>
/// <param name="Slope">Factor of negative values.</param>
/// <param name="Skip">As large as the target, possibly the target itself, or nothing.</param>
/// <param name="Classifier">
/// Weights of a 1×1 convolution to one channel that follows, per channel, or null. With it the target has <see cref="View.ChannelBlock"/> channels; the
/// result is their sum, channel c of the layer being added to channel c modulo their number.
/// </param>
internal readonly record struct Epilogue(nint Bias, nint Scale, float Slope, View Skip, nint Classifier = 0);
