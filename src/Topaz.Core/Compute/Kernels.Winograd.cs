using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Topaz.Compute;

/// <summary>Convolutions by <see cref="Winograd"/>: transform tiles, one matrix product per point, transform back.</summary>
internal sealed unsafe partial class Kernels<V, S>
{
    public override void ConvolveFast(
        in ViewBatch source, in ViewBatch target, in PackedWeights weights, Winograd form, in Geometry g, in Epilogue epilogue, float* scratch)
    {
        if (form.Tile == 8)
            ConvolveFast<EightPoints>(source, target, weights, form, g, epilogue, scratch);
        else
            ConvolveFast<SixPoints>(source, target, weights, form, g, epilogue, scratch);
    }

    private void ConvolveFast<T>(
        in ViewBatch source, in ViewBatch target, in PackedWeights weights, Winograd form, in Geometry g, in Epilogue epilogue, float* scratch)
        where T : ITransform
    {
        var tiles = new TileGrid(target, form, g);
        int channels = source.First.Pixel;
        nint inPlane = form.PlaneSize(channels), outPlane = form.PlaneSize(BlockWidth);
        float* transformed = scratch + form.Points * View.ChannelBlock, products = transformed + form.Points * inPlane;
        for (int first = 0; first < tiles.Count; first += tiles.Batch)
        {
            int count = Math.Min(tiles.Batch, tiles.Count - first);
            for (int i = 0; i < count; i++)
            {
                (int sample, int x, int y) = tiles[first + i];
                TransformInput<T>(source[sample], x, y, g, transformed + (nint)i * channels, inPlane, scratch);
            }

            for (int column = 0; column < weights.Columns; column += BlockWidth)
            {
                int width = Math.Min(BlockWidth, weights.Columns - column);
                // While the products are computed, what they will be finished in comes to the cache, and, with the last block, what the next batch reads.
                for (int i = 0; i < count; i++)
                {
                    (int sample, int x, int y) = tiles[first + i];
                    if (!epilogue.Classifies)
                        Prefetch(target[sample], x, y, tiles.Spacing, form.Outputs, target.First.Place(column), width);
                    if (epilogue.Skips)
                        Prefetch(epilogue.Skip, x, y, tiles.Spacing, form.Outputs, column, width);
                }

                if (column + width == weights.Columns)
                {
                    for (int i = first + count; i < Math.Min(first + count + tiles.Batch, tiles.Count); i++)
                    {
                        (int sample, int x, int y) = tiles[i];
                        Prefetch(source[sample], x * g.Stride, y * g.Stride, g.Dilation, form.Tile, 0, channels);
                    }
                }

                MultiplyPoints(form, backward: false, count, transformed, channels, inPlane, weights, column, width, products, outPlane);
                for (int i = 0; i < count; i++)
                {
                    (int sample, int x, int y) = tiles[first + i];
                    for (int c = 0; c < width; c += S.Count)
                    {
                        InterpolateOutput<T>(products + (nint)i * width + c, outPlane, form.Outputs, scratch);
                        FinishTile<T>(scratch, form.Outputs, x, y, tiles.Spacing, target[sample], column + c, epilogue);
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Transform(float* matrix, int rows, int columns, float* source, int channels, float* target)
    {
        // Some vectors side by side, so that memory is read and written in runs.
        const int Run = 8;
        float* half = stackalloc float[rows * columns * Run * S.Count];
        for (int start = 0; start < channels; start += Run * S.Count)
        {
            int run = Math.Min(Run * S.Count, channels - start);
            for (int i = 0; i < rows * columns; i++)
            {
                float* from = source + (nint)(i % columns) * channels + start;
                for (int c = 0; c < run; c += S.Count)
                {
                    V sum = S.Zero;
                    for (int y = 0; y < columns; y++)
                        sum = S.MultiplyAdd(S.Broadcast(matrix[i / columns * columns + y]), S.Load(from + (nint)y * columns * channels + c), sum);
                    S.Store(sum, half + (nint)i * run + c);
                }
            }

            for (int i = 0; i < rows * rows; i++)
            {
                float* from = half + (nint)(i / rows) * columns * run, to = target + (nint)i * channels + start;
                for (int c = 0; c < run; c += S.Count)
                {
                    V sum = S.Zero;
                    for (int x = 0; x < columns; x++)
                        sum = S.MultiplyAdd(S.Broadcast(matrix[i % rows * columns + x]), S.Load(from + (nint)x * run + c), sum);
                    S.Store(sum, to + c);
                }
            }
        }
    }

    /// <summary>
    /// At each point, the values of a batch of tiles times one block of the weights' columns; <paramref name="backward"/>, it is what is summed
    /// over that has phases, not the columns.
    /// </summary>
    private static void MultiplyPoints(
        Winograd form, bool backward, int count, float* values, int channels, nint plane, in PackedWeights weights, int column, int width,
        float* products, nint productPlane)
    {
        int terms = backward && form.PhaseChannels > 0 ? form.PhaseChannels : weights.Inner;
        nint* offsetsA = stackalloc nint[weights.Inner / terms], offsetsB = stackalloc nint[weights.Inner / terms];
        var p = new Product
        {
            OffsetsA = offsetsA,
            OffsetsB = offsetsB,
            Inner = terms,
            RowA = channels,
            StepA = 1,
            StepB = width,
            RowC = width,
        };
        for (int point = 0; point < form.Points; point++)
        {
            p.Taps = 0;
            for (int first = 0; first < weights.Inner; first += terms)
            {
                bool vanishes = backward ? form.Vanishes(point, first, first + terms - 1) : form.Vanishes(point, column, column + width - 1);
                if (vanishes)
                    continue;
                offsetsA[p.Taps] = first;
                offsetsB[p.Taps++] = (nint)first * width;
            }

            MultiplyBlock(
                p, count, width, values + point * plane, weights.Data + (nint)weights.Inner * (form.Points * column + point * width),
                products + point * productPlane);
        }
    }

    /// <summary>
    /// Writes the tile of the output (x, y), evaluated at the points, to <paramref name="target"/>, a plane of channels for each point.
    /// Pixels beyond the source and its margins are those of the edge: only outputs that are not wanted depend on them.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TransformInput<T>(in View source, int x, int y, in Geometry g, float* target, nint plane, float* scratch)
        where T : ITransform
    {
        nint* rows = stackalloc nint[T.Tile], columns = stackalloc nint[T.Tile], places = stackalloc nint[T.Tile];
        for (int i = 0; i < T.Tile; i++)
        {
            rows[i] = Math.Min(y * g.Stride + i * g.Dilation, source.Height - 1 + 2 * g.Padding) * source.Row;
            columns[i] = (nint)Math.Min(x * g.Stride + i * g.Dilation, source.Width - 1 + 2 * g.Padding) * source.Pixel;
            places[i] = (nint)i * S.Count;
        }

        float* corner = source.At(-g.Padding, -g.Padding);
        for (int c = 0; c < source.Pixel; c += S.Count)
        {
            for (int i = 0; i < T.Tile; i++)
                T.Evaluate(corner + columns[i] + c, rows, scratch + (nint)i * S.Count, (nint)T.Tile * S.Count);
            for (int i = 0; i < T.Tile; i++)
                T.Evaluate(scratch + (nint)i * T.Tile * S.Count, places, target + (nint)i * T.Tile * plane + c, plane);
        }
    }

    /// <summary>From products at the points to sums, outputs × outputs of them with the tile's width in a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void InterpolateOutput<T>(float* products, nint plane, int outputs, float* target)
        where T : ITransform
    {
        nint row = (nint)T.Tile * S.Count;
        for (int i = 0; i < T.Tile; i++)
            T.Interpolate(products + i * plane, T.Tile * plane, outputs, target + (nint)i * S.Count, row);
        for (int i = 0; i < outputs; i++)
            T.Interpolate(target + i * row, S.Count, outputs, target + i * row, S.Count);
    }

    /// <summary>Writes a tile's outputs to the target, as far as they lie there, and does what the epilogue wants.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FinishTile<T>(float* sums, int outputs, int x, int y, int step, in View target, int channel, in Epilogue epilogue)
        where T : ITransform
    {
        bool asTheyAre = epilogue.IsNone, skips = epilogue.Skips, classifies = epilogue.Classifies;
        V negative = S.Broadcast(epilogue.Slope), shift = asTheyAre ? S.Zero : S.Load(epilogue.Bias + channel);
        V factor = asTheyAre ? S.Zero : S.Load(epilogue.Scale + channel);
        V weight = classifies ? S.Load(epilogue.Classifier + channel) : S.Zero;
        View skip = epilogue.Skip;
        nint place = classifies ? channel % View.ChannelBlock : target.Place(channel);
        for (int i = 0; i < outputs && y + i * step < target.Height; i++)
        {
            for (int j = 0; j < outputs && x + j * step < target.Width; j++)
            {
                V sum = S.Load(sums + ((nint)i * T.Tile + j) * S.Count);
                if (!asTheyAre)
                {
                    sum = S.Add(sum, shift);
                    if (skips)
                        sum = S.MultiplyAdd(S.Load(skip.At(x + j * step, y + i * step) + channel), factor, sum);
                    sum = S.WherePositive(sum, sum, S.Multiply(sum, negative));
                }

                float* pixel = target.At(x + j * step, y + i * step) + place;
                // The first block of channels finds nothing to be added to.
                if (classifies)
                    sum = S.MultiplyAdd(sum, weight, channel < View.ChannelBlock ? S.Zero : S.Load(pixel));
                S.Store(sum, pixel);
            }
        }
    }

    /// <summary>
    /// Asks for some channels of a tile's pixels: they lie too far apart for the machine to foresee. On other machines than x64, nothing.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Prefetch(in View view, int x, int y, int step, int size, nint channel, int channels)
    {
        if (!Sse.IsSupported)
            return;
        for (int i = 0; i < size && y + i * step < view.Height; i++)
        {
            float* pixel = view.At(x, y + i * step) + channel;
            for (int j = 0; j < size && x + j * step < view.Width; j++, pixel += step * view.Pixel)
            {
                // A cache line holds a block of channels.
                for (int c = 0; c < channels; c += View.ChannelBlock)
                    Sse.Prefetch1(pixel + c);
            }
        }
    }
}
