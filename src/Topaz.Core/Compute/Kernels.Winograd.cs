using System.Runtime.CompilerServices;

namespace Topaz.Compute;

/// <summary>Convolutions by <see cref="Winograd"/>: transform tiles, one matrix product per point, transform back.</summary>
internal sealed unsafe partial class Kernels<V, S>
{
    public override void ConvolveFast(
        in View source, in View target, in PackedWeights weights, in Geometry g, in View skip, float* bias, float* scale, float slope, float* scratch)
    {
        // The pixels of a tile are a dilation apart, so that dilation² tiles interleave to a group; they follow one another, for what one reads
        // and writes lies beside what the next one does.
        int outputs = Winograd.Outputs(g.Kernel), dilation = g.Dilation, group = outputs * dilation;
        int across = (target.Width + group - 1) / group, tiles = across * ((target.Height + group - 1) / group) * dilation * dilation;
        nint inPlane = Winograd.PlaneSize(source.Pixel), outPlane = Winograd.PlaneSize(BlockWidth);
        float* transformed = scratch + Winograd.Points * View.ChannelBlock, products = transformed + Winograd.Points * inPlane;
        nint zero = 0;
        var p = new Product { Taps = 1, OffsetsA = &zero, OffsetsB = &zero, Inner = weights.Inner, RowA = source.Pixel, StepA = 1 };
        for (int first = 0; first < tiles; first += Winograd.Batch)
        {
            int count = Math.Min(Winograd.Batch, tiles - first);
            for (int i = 0; i < count; i++)
            {
                (int x, int y) = Corner(first + i);
                TransformInput(source, x, y, dilation, transformed + (nint)i * source.Pixel, inPlane, scratch);
            }

            for (int column = 0; column < weights.Columns; column += BlockWidth)
            {
                int width = Math.Min(BlockWidth, weights.Columns - column);
                p.StepB = p.RowC = width;
                for (int point = 0; point < Winograd.Points; point++)
                {
                    MultiplyBlock(
                        p, count, width, transformed + point * inPlane,
                        weights.Data + (nint)weights.Inner * (Winograd.Points * column + point * width), products + point * outPlane);
                }

                for (int i = 0; i < count; i++)
                {
                    (int x, int y) = Corner(first + i);
                    for (int c = 0; c < width; c += S.Count)
                    {
                        InterpolateOutput(products + (nint)i * width + c, outPlane, outputs, scratch);
                        FinishTile(scratch, outputs, x, y, dilation, target, skip, column + c, bias, scale, slope);
                    }
                }
            }
        }

        (int X, int Y) Corner(int tile)
        {
            (int place, int phase) = Math.DivRem(tile, dilation * dilation);
            return (place % across * group + phase % dilation, place / across * group + phase / dilation);
        }
    }

    /// <summary>
    /// Writes the tile whose first pixel is (x, y), evaluated at the points, to <paramref name="target"/>, a plane of channels for each point.
    /// Pixels beyond the source are those of its edge: only outputs that are not wanted depend on them.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TransformInput(in View source, int x, int y, int step, float* target, nint plane, float* scratch)
    {
        nint* rows = stackalloc nint[Winograd.Tile], columns = stackalloc nint[Winograd.Tile], places = stackalloc nint[Winograd.Tile];
        for (int i = 0; i < Winograd.Tile; i++)
        {
            rows[i] = Math.Min(y + i * step, source.Height - 1) * source.Row;
            columns[i] = (nint)Math.Min(x + i * step, source.Width - 1) * source.Pixel;
            places[i] = (nint)i * S.Count;
        }

        for (int c = 0; c < source.Pixel; c += S.Count)
        {
            for (int i = 0; i < Winograd.Tile; i++)
                Evaluate(source.Data + columns[i] + c, rows, scratch + (nint)i * S.Count, (nint)Winograd.Tile * S.Count);
            for (int i = 0; i < Winograd.Tile; i++)
                Evaluate(scratch + (nint)i * Winograd.Tile * S.Count, places, target + (nint)i * Winograd.Tile * plane + c, plane);
        }
    }

    /// <summary>
    /// Eight pixels at the points 0, ±1, ±½, ±2, ∞ (the transpose of interpolation): at a point a, Σ d_k times the coefficients of
    /// Π (x − b) over the other points b. For ±a the even and the odd terms are shared.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Evaluate(float* from, nint* offsets, float* to, nint step)
    {
        V d0 = S.Load(from + offsets[0]), d1 = S.Load(from + offsets[1]), d2 = S.Load(from + offsets[2]), d3 = S.Load(from + offsets[3]),
            d4 = S.Load(from + offsets[4]), d5 = S.Load(from + offsets[5]), d6 = S.Load(from + offsets[6]), d7 = S.Load(from + offsets[7]);
        S.Store(S.MultiplyAdd(S.Broadcast(5.25f), S.Subtract(d2, d4), S.Subtract(d6, d0)), to);
        V even = Sum(d2, 1, d4, -4.25f, d6, 1), odd = Sum(d1, 1, d3, -4.25f, d5, 1);
        S.Store(S.Add(even, odd), to + step);
        S.Store(S.Subtract(even, odd), to + 2 * step);
        (even, odd) = (Sum(d2, 4, d4, -5, d6, 1), Sum(d1, 2, d3, -2.5f, d5, 0.5f));
        S.Store(S.Add(even, odd), to + 3 * step);
        S.Store(S.Subtract(even, odd), to + 4 * step);
        (even, odd) = (Sum(d2, 0.25f, d4, -1.25f, d6, 1), Sum(d1, 0.5f, d3, -2.5f, d5, 2));
        S.Store(S.Add(even, odd), to + 5 * step);
        S.Store(S.Subtract(even, odd), to + 6 * step);
        S.Store(S.MultiplyAdd(S.Broadcast(5.25f), S.Subtract(d3, d5), S.Subtract(d7, d1)), to + 7 * step);
    }

    /// <summary>From products at the points to sums, outputs × outputs of them with <see cref="Winograd.Tile"/> in a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void InterpolateOutput(float* products, nint plane, int outputs, float* target)
    {
        nint row = (nint)Winograd.Tile * S.Count;
        for (int i = 0; i < Winograd.Tile; i++)
            Interpolate(products + i * plane, Winograd.Tile * plane, outputs, target + (nint)i * S.Count, row);
        for (int i = 0; i < outputs; i++)
            Interpolate(target + i * row, S.Count, outputs, target + i * row, S.Count);
    }

    /// <summary>Output i is Σ aⁱ times the product at each point a; the point ∞ counts for the last one. ±a share sums and differences.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Interpolate(float* from, nint fromStep, int outputs, float* to, nint toStep)
    {
        V zero = S.Load(from), infinity = S.Load(from + 7 * fromStep);
        V p1 = S.Load(from + fromStep), n1 = S.Load(from + 2 * fromStep), p2 = S.Load(from + 3 * fromStep), n2 = S.Load(from + 4 * fromStep),
            p3 = S.Load(from + 5 * fromStep), n3 = S.Load(from + 6 * fromStep);
        V even1 = S.Add(p1, n1), odd1 = S.Subtract(p1, n1), even2 = S.Add(p2, n2), odd2 = S.Subtract(p2, n2), even3 = S.Add(p3, n3), odd3 = S.Subtract(p3, n3);
        S.Store(S.Add(S.Add(zero, even1), S.Add(even2, even3)), to);
        S.Store(Sum(odd1, 1, odd2, 0.5f, odd3, 2), to + toStep);
        S.Store(Sum(even1, 1, even2, 0.25f, even3, 4), to + 2 * toStep);
        V third = Sum(odd1, 1, odd2, 0.125f, odd3, 8);
        S.Store(outputs == 4 ? S.Add(third, infinity) : third, to + 3 * toStep);
        if (outputs == 4)
            return;
        S.Store(Sum(even1, 1, even2, 0.0625f, even3, 16), to + 4 * toStep);
        S.Store(S.Add(Sum(odd1, 1, odd2, 0.03125f, odd3, 32), infinity), to + 5 * toStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Sum(V a, float x, V b, float y, V c, float z)
    {
        V sum = S.MultiplyAdd(b, S.Broadcast(y), x == 1 ? a : S.Multiply(a, S.Broadcast(x)));
        return z == 1 ? S.Add(sum, c) : S.MultiplyAdd(c, S.Broadcast(z), sum);
    }

    /// <summary>Bias, skip and activation of a tile's outputs, as <see cref="Finish"/>, and into the target, as far as they lie there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FinishTile(
        float* sums, int outputs, int x, int y, int step, in View target, in View skip, int channel, float* bias, float* scale, float slope)
    {
        V negative = S.Broadcast(slope), shift = S.Load(bias + channel), factor = S.Load(scale + channel);
        for (int i = 0; i < outputs && y + i * step < target.Height; i++)
        {
            for (int j = 0; j < outputs && x + j * step < target.Width; j++)
            {
                V sum = S.Add(S.Load(sums + ((nint)i * Winograd.Tile + j) * S.Count), shift);
                if (skip.Address != 0)
                    sum = S.MultiplyAdd(S.Load(skip.At(x + j * step, y + i * step) + channel), factor, sum);
                S.Store(S.WherePositive(sum, sum, S.Multiply(sum, negative)), target.At(x + j * step, y + i * step) + channel);
            }
        }
    }
}
