namespace Topaz.Compute;

/// <summary>
/// A fast convolution of Winograd's kind (Lavin and Gray, "Fast algorithms for convolutional neural networks", CVPR 2016): F(m×m, k×k) reads
/// tiles of m + k − 1 pixels across, evaluates them and the kernel as polynomials at as many points, multiplies point by point, channel by
/// channel, and interpolates m × m outputs.
/// </summary>
/// <remarks>
/// Scoring takes F(6×6, 3×3) and F(4×4, 5×5): 64 products for 36 or 16 outputs instead of 324 or 400. In single precision the error was
/// 5·10⁻⁵ of the outputs' standard deviation at most (64 channels, simulated), and 1.6·10⁻⁵ in the scores of 9,902 picks by a trained resnet8.
/// Training takes F(4×4, 3×3), 36 products instead of 144, which is five times as exact (6·10⁻⁷ beside 3·10⁻⁶, root of
/// the mean square) and fits the few pixels of its layers better.
/// </remarks>
internal sealed unsafe class Winograd
{
    /// <summary>The points of the small form, besides 0 and ∞: ±5/8 and ±3/2 err half as much as ±1 and ±1/2 or ±1 and ±2.</summary>
    public const float InnerPoint = 0.625f, OuterPoint = 1.5f;

    private readonly double[] _points;
    private readonly float[] _evaluation, _transposed;

    /// <param name="kernel">Elements across the kernel.</param>
    /// <param name="batch">Tiles to work on at a time.</param>
    /// <param name="points">All points but ∞, in the order of the transforms in <c>Kernels.WinogradTransforms.cs</c>.</param>
    private Winograd(int kernel, int batch, params double[] points)
    {
        (Tile, Kernel, Batch, _points) = (points.Length + 1, kernel, batch, points);
        _evaluation = new float[Tile * kernel];
        _transposed = new float[Tile * kernel];
        for (int i = 0; i < Tile; i++)
        {
            for (int k = 0; k < kernel; k++)
                _evaluation[i * kernel + k] = _transposed[k * Tile + i] = (float)KernelAt(i, k);
        }
    }

    /// <summary>Pixels across a tile: six or eight.</summary>
    public int Tile { get; }

    /// <summary>Elements across the kernel.</summary>
    public int Kernel { get; }

    /// <summary>Tiles that are worked on at a time: few, so that they lie in the second-level cache.</summary>
    public int Batch { get; }

    /// <summary>Products per tile and pair of channels.</summary>
    public int Points => Tile * Tile;

    /// <summary>Columns of a phase, if the kernels are those of <see cref="PhaseKernel"/>; otherwise 0.</summary>
    public int PhaseChannels { get; private init; }

    /// <summary>Outputs across a tile.</summary>
    public int Outputs => Tile - Kernel + 1;

    /// <summary>The fast form of a convolution with stride 1 for scoring, if there is one.</summary>
    public static Winograd? ForScoring(int kernel) => kernel is 3 or 5 ? new Winograd(kernel, batch: 16, 0, 1, -1, 0.5, -0.5, 2, -2) : null;

    /// <summary>
    /// The fast form of a convolution for training, if there is one. A stride does not matter if the dilation is a multiple of it: then only
    /// pixels a stride apart are read.
    /// </summary>
    public static Winograd? ForTraining(in Geometry g) =>
        g.Kernel == 3 && g.Dilation % g.Stride == 0 ? Six() : null;

    /// <summary>The fast form of <see cref="PhaseKernel"/>.</summary>
    /// <param name="channels">Channels of a phase.</param>
    public static Winograd ForPhases(int channels) => Six(channels);

    /// <summary>
    /// Whether the kernels of some columns are zero at a point. Phases 0 lack the kernel's last element, which is all that counts at ∞; phases 1
    /// lack the first one, all that counts at 0: of 36 products they need 25.
    /// </summary>
    public bool Vanishes(int point, int firstColumn, int lastColumn)
    {
        if (PhaseChannels == 0)
            return false;
        int first = firstColumn / PhaseChannels, last = lastColumn / PhaseChannels;
        bool vanishes = true;
        for (int phase = first; phase <= last && phase < 4; phase++)
            vanishes &= point / Tile == (phase / 2 == 0 ? Tile - 1 : 0) || point % Tile == (phase % 2 == 0 ? Tile - 1 : 0);
        return vanishes;
    }

    /// <summary>
    /// Floats from one point's values of a batch to the next's: one cache line more than is filled, so that planes do not compete for the same
    /// lines of the caches.
    /// </summary>
    public nint PlaneSize(int channels) => (nint)Batch * channels + View.ChannelBlock;

    /// <summary>Floats of scratch memory for one tile, and values at the points of several sets of (padded) channels.</summary>
    public long ScratchSize(params ReadOnlySpan<int> channels)
    {
        long size = Points * View.ChannelBlock;
        foreach (int set in channels)
            size += Points * PlaneSize(set);
        return size;
    }

    /// <summary>Transforms kernels, taps × channels, to points × channels. Channels are a multiple of <see cref="View.ChannelBlock"/>.</summary>
    public void TransformWeights(Kernels kernels, float* weights, int channels, float* target)
    {
        fixed (float* matrix = _evaluation)
            kernels.Transform(matrix, Tile, Kernel, weights, channels, target);
    }

    /// <summary>Turns the gradient of transformed kernels, points × channels, into that of the kernels, taps × channels.</summary>
    public void TransformGradient(Kernels kernels, float* gradient, int channels, float* target)
    {
        fixed (float* matrix = _transposed)
            kernels.Transform(matrix, Kernel, Tile, gradient, channels, target);
    }

    private static Winograd Six(int phaseChannels = 0) =>
        new(3, batch: 48, 0, InnerPoint, -InnerPoint, OuterPoint, -OuterPoint) { PhaseChannels = phaseChannels };

    /// <summary>
    /// The factor of a kernel's element in its value at a point, which is that of a polynomial over the point's factor of the interpolation.
    /// The last point is ∞, where only the last element counts.
    /// </summary>
    private double KernelAt(int point, int element)
    {
        if (point == Tile - 1)
            return element == Kernel - 1 ? 1 : 0;
        double factor = 1;
        for (int other = 0; other < Tile - 1; other++)
            factor *= other == point ? 1 : _points[point] - _points[other];
        return Math.Pow(_points[point], element) / factor;
    }
}
