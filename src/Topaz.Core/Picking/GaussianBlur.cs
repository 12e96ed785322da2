using System.Numerics;
using System.Runtime.InteropServices;

namespace Topaz.Picking;

/// <summary>A separable Gaussian blur, cut off at 4σ, with images mirrored at their borders (the edge pixel is repeated).</summary>
internal static class GaussianBlur
{
    /// <summary>Blurs row-major pixels into a new array.</summary>
    public static float[] Apply(float[] pixels, int width, int height, double sigma)
    {
        float[] weights = Weights(sigma);
        int reach = weights.Length - 1;
        float[] columns = new float[pixels.Length];
        for (int y = 0; y < height; y++)
        {
            Span<float> sum = columns.AsSpan(y * width, width);
            AddScaled(sum, Row(pixels, width, y), default, weights[0]);
            for (int k = 1; k <= reach; k++)
                AddScaled(sum, Row(pixels, width, Mirror(y - k, height)), Row(pixels, width, Mirror(y + k, height)), weights[k]);
        }

        float[] blurred = new float[pixels.Length];
        float[] padded = new float[width + 2 * reach];
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<float> row = Row(columns, width, y);
            row.CopyTo(padded.AsSpan(reach));
            for (int k = 1; k <= reach; k++)
            {
                padded[reach - k] = row[Mirror(-k, width)];
                padded[reach + width - 1 + k] = row[Mirror(width - 1 + k, width)];
            }

            Span<float> sum = blurred.AsSpan(y * width, width);
            AddScaled(sum, row, default, weights[0]);
            for (int k = 1; k <= reach; k++)
                AddScaled(sum, padded.AsSpan(reach - k, width), padded.AsSpan(reach + k, width), weights[k]);
        }

        return blurred;
    }

    private static float[] Weights(double sigma)
    {
        double[] weights = [.. Enumerable.Range(0, (int)Math.Ceiling(4 * sigma) + 1).Select(k => Math.Exp(-k * k / (2 * sigma * sigma)))];
        double total = 2 * weights.Sum() - weights[0];
        return [.. weights.Select(weight => (float)(weight / total))];
    }

    private static ReadOnlySpan<float> Row(float[] pixels, int width, int y) => pixels.AsSpan(y * width, width);

    /// <summary>The pixel that stands at position <paramref name="i"/> of the endless image … 1 0 | 0 1 … n−1 | n−1 n−2 ….</summary>
    private static int Mirror(int i, int length)
    {
        int period = 2 * length;
        int folded = ((i % period) + period) % period;
        return folded < length ? folded : period - 1 - folded;
    }

    /// <summary>sum += (a + b) · weight; b may be empty.</summary>
    private static void AddScaled(Span<float> sum, ReadOnlySpan<float> a, ReadOnlySpan<float> b, float weight)
    {
        Span<Vector<float>> sums = MemoryMarshal.Cast<float, Vector<float>>(sum);
        ReadOnlySpan<Vector<float>> left = MemoryMarshal.Cast<float, Vector<float>>(a);
        ReadOnlySpan<Vector<float>> right = MemoryMarshal.Cast<float, Vector<float>>(b);
        Vector<float> weights = new(weight);
        for (int i = 0; i < sums.Length; i++)
            sums[i] += (right.IsEmpty ? left[i] : left[i] + right[i]) * weights;
        for (int i = sums.Length * Vector<float>.Count; i < sum.Length; i++)
            sum[i] += (b.IsEmpty ? a[i] : a[i] + b[i]) * weight;
    }
}
