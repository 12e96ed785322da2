namespace Topaz.Compute;

/// <summary>What becomes of a convolution's sums while they are in registers: activation(sum + bias + skip · scale).</summary>
/// <param name="Bias">Per channel; null if the sums are wanted as they are.</param>
/// <param name="Scale">Factor of the skip, per channel.</param>
/// <param name="Slope">Factor of negative values.</param>
/// <param name="Skip">As large as the target, possibly the target itself, or nothing.</param>
internal readonly unsafe record struct Epilogue(nint Bias, nint Scale, float Slope, View Skip);
