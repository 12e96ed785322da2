namespace Topaz.Compute;

/// <summary>
/// Weights for the fast convolution of Winograd (Lavin and Gray, "Fast algorithms for convolutional neural networks", CVPR 2016):
/// F(6×6, 3×3) and F(4×4, 5×5). Both transform tiles of 8×8 pixels, evaluated at the points 0, ±1, ±½, ±2 and ∞, multiply them channel
/// by channel, and interpolate the result: 64 products for 36 or 16 outputs instead of 324 or 400.
/// </summary>
/// <remarks>
/// In single precision its error was 5·10⁻⁵ of the outputs' standard deviation at most (64 channels, simulated), and 1.6·10⁻⁵ in the scores of
/// 9,902 picks by a trained resnet8.
/// </remarks>
internal static unsafe class Winograd
{
    /// <summary>Width of a tile, and number of points.</summary>
    public const int Tile = 8;

    /// <summary>Products per tile and pair of channels.</summary>
    public const int Points = Tile * Tile;

    /// <summary>Tiles that are worked on at a time: few, so that they lie in the second-level cache; 12 to 96 differ by a tenth.</summary>
    public const int Batch = 24;

    private static readonly double[] s_points = [0, 1, -1, 0.5, -0.5, 2, -2];

    /// <summary>Whether there is a fast form for a kernel of that width.</summary>
    public static bool Has(int kernel) => kernel is 3 or 5;

    /// <summary>Outputs of a tile in one direction.</summary>
    public static int Outputs(int kernel) => Tile - kernel + 1;

    /// <summary>Floats of scratch memory for sources of that many channels (padded) and blocks of that many columns.</summary>
    public static long ScratchSize(int channels, int blockWidth) => (long)Points * (PlaneSize(channels) + PlaneSize(blockWidth) + View.ChannelBlock);

    /// <summary>
    /// Floats from one point's values to the next's. One cache line more than is filled, so that planes do not compete for the same lines of
    /// the first-level cache; on Zen 4 this made no difference.
    /// </summary>
    public static nint PlaneSize(int channels) => (nint)Batch * channels + View.ChannelBlock;

    /// <summary>Transforms weights, taps × inputs × padded outputs, to points × inputs × padded outputs.</summary>
    public static void TransformWeights(float* weights, int kernel, int inputs, int outputs, float* target)
    {
        double[,] g = Evaluation(kernel);
        int channels = inputs * View.Padded(outputs);
        var half = new double[Tile, kernel];
        for (int channel = 0; channel < channels; channel++)
        {
            for (int point = 0; point < Tile; point++)
            {
                for (int kx = 0; kx < kernel; kx++)
                {
                    half[point, kx] = 0;
                    for (int ky = 0; ky < kernel; ky++)
                        half[point, kx] += g[point, ky] * weights[(nint)(ky * kernel + kx) * channels + channel];
                }
            }

            for (int point = 0; point < Points; point++)
            {
                double sum = 0;
                for (int kx = 0; kx < kernel; kx++)
                    sum += g[point % Tile, kx] * half[point / Tile, kx];
                target[(nint)point * channels + channel] = (float)sum;
            }
        }
    }

    /// <summary>The kernel as a polynomial at each point, over the point's factor of the interpolation; at ∞ its last coefficient.</summary>
    private static double[,] Evaluation(int kernel)
    {
        var g = new double[Tile, kernel];
        for (int i = 0; i < s_points.Length; i++)
        {
            double factor = s_points.Where((_, j) => j != i).Aggregate(1.0, (product, other) => product * (s_points[i] - other));
            for (int k = 0; k < kernel; k++)
                g[i, k] = Math.Pow(s_points[i], k) / factor;
        }

        g[Tile - 1, kernel - 1] = 1;
        return g;
    }
}
