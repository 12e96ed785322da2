namespace Topaz.TorchSharp;

/// <summary>How exactly a GPU multiplies. Sums are in single precision in all cases.</summary>
public enum TorchPrecision
{
    /// <summary>Single precision, 24 bits.</summary>
    Single,

    /// <summary>
    /// 11 bits in convolutions, on GPUs that have TF32 (NVIDIA Ampere and later), as PyTorch does by default; others compute in single
    /// precision. Scores of a trained resnet8 change by 0.0005 in the mean and 0.004 at most (rounding simulated on a CPU; their
    /// standard deviation is 1.9).
    /// </summary>
    TF32,

    /// <summary>
    /// Scoring in half precision, 11 bits and half the memory, on every GPU; training as with <see cref="TF32"/>. Scores change by as
    /// little as with TF32, but a network whose values exceed 65,504 gives no numbers, which is reported as an error.
    /// </summary>
    Half,
}

/// <summary>How the TorchSharp backend computes; the defaults suit the user who reads nothing.</summary>
public sealed record TorchOptions
{
    /// <summary>Precision on a GPU. TF32 is a setting of the whole process: do not use backends with and without it at the same time.</summary>
    public TorchPrecision Precision { get; init; } = TorchPrecision.TF32;

    /// <summary>
    /// Width and height, in pixels, of the pieces in which micrographs are scored, at most 16,384; null for 2,048 on a GPU and 512 on a CPU. Where
    /// memory runs out, a scorer goes on with smaller ones.
    /// </summary>
    public int? TileSize { get; init; }

    /// <summary>
    /// Bytes of the device's memory that training micrographs may take. If all fit, they are copied there once; if not, the pixels
    /// around each crop are copied for each minibatch.
    /// </summary>
    public long MicrographMemory { get; init; } = 4L << 30;
}
