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
                TransformInput<T>(source[sample], x * g.Stride, y * g.Stride, g.Dilation, transformed + (nint)i * channels, inPlane, scratch);
            }

            for (int column = 0; column < weights.Columns; column += BlockWidth)
            {
                int width = Math.Min(BlockWidth, weights.Columns - column);
                // While the products are computed, what they will be finished in comes to the cache, and, with the last block, what the next batch reads.
                for (int i = 0; i < count; i++)
                {
                    (int sample, int x, int y) = tiles[first + i];
                    if (epilogue.Classifier == 0)
                        Prefetch(target[sample], x, y, tiles.Spacing, form.Outputs, column, width);
                    if (epilogue.Skip.Address != 0)
                        Prefetch(epilogue.Skip, x, y, tiles.Spacing, form.Outputs, column, width);
                }

                bool lastBlock = column + width == weights.Columns;
                for (int i = first + count; lastBlock && i < Math.Min(first + count + tiles.Batch, tiles.Count); i++)
                {
                    (int sample, int x, int y) = tiles[i];
                    Prefetch(source[sample], x * g.Stride, y * g.Stride, g.Dilation, form.Tile, 0, channels);
                }

                MultiplyPoints(form.Points, count, transformed, channels, inPlane, weights, column, products, outPlane);
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

    public override void FastGradients(
        in ViewBatch input, int inputs, in ViewBatch output, in ViewBatch inputGradient, in PackedWeights weights, float* weightGradient,
        Winograd form, in Geometry g, float* scratch)
    {
        var tiles = new TileGrid(output, form, g);
        int inChannels = input.First.Pixel, outChannels = output.First.Pixel;
        nint inPlane = form.PlaneSize(inChannels), outPlane = form.PlaneSize(outChannels), productPlane = form.PlaneSize(BlockWidth);
        float* inPoints = scratch + form.Points * View.ChannelBlock, outPoints = inPoints + form.Points * inPlane;
        float* products = outPoints + form.Points * outPlane;
        nint zero = 0;
        var p = new Product
        {
            Taps = 1,
            OffsetsA = &zero,
            OffsetsB = &zero,
            RowA = 1,
            StepA = inChannels,
            StepB = outChannels,
            RowC = outChannels,
            Accumulate = true,
        };
        for (int first = 0; first < tiles.Count; first += tiles.Batch)
        {
            int count = Math.Min(tiles.Batch, tiles.Count - first);
            for (int i = 0; i < count; i++)
            {
                (int sample, int x, int y) = tiles[first + i];
                TransformInput<SixPoints>(
                    input[sample], x * g.Stride, y * g.Stride, g.Dilation, inPoints + (nint)i * inChannels, inPlane, scratch);
                TransformOutputGradient(output[sample], x, y, tiles.Spacing, outPoints + (nint)i * outChannels, outPlane, scratch);
            }

            p.Inner = count;
            for (int point = 0; point < form.Points; point++)
            {
                for (int column = 0; column < outChannels; column += BlockWidth)
                {
                    MultiplyBlock(
                        p, inputs, Math.Min(BlockWidth, outChannels - column), inPoints + point * inPlane, outPoints + point * outPlane + column,
                        weightGradient + (nint)point * inputs * outChannels + column);
                }
            }

            for (int column = 0; column < inChannels && inputGradient.Count > 0; column += BlockWidth)
            {
                int width = Math.Min(BlockWidth, inChannels - column);
                MultiplyPoints(form.Points, count, outPoints, outChannels, outPlane, weights, column, products, productPlane);
                for (int i = 0; i < count; i++)
                {
                    (int sample, int x, int y) = tiles[first + i];
                    for (int c = 0; c < width; c += S.Count)
                    {
                        AddInputGradient(
                            products + (nint)i * width + c, productPlane, inputGradient[sample], x * g.Stride, y * g.Stride, g.Dilation, column + c, scratch);
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Transform(float* matrix, int rows, int columns, float* source, int channels, float* target)
    {
        float* half = stackalloc float[rows * columns * S.Count];
        for (int c = 0; c < channels; c += S.Count)
        {
            for (int row = 0; row < rows; row++)
            {
                for (int x = 0; x < columns; x++)
                {
                    V sum = S.Zero;
                    for (int y = 0; y < columns; y++)
                        sum = S.MultiplyAdd(S.Broadcast(matrix[row * columns + y]), S.Load(source + (nint)(y * columns + x) * channels + c), sum);
                    S.Store(sum, half + (row * columns + x) * S.Count);
                }
            }

            for (int i = 0; i < rows * rows; i++)
            {
                V sum = S.Zero;
                for (int x = 0; x < columns; x++)
                    sum = S.MultiplyAdd(S.Broadcast(matrix[i % rows * columns + x]), S.Load(half + (i / rows * columns + x) * S.Count), sum);
                S.Store(sum, target + (nint)i * channels + c);
            }
        }
    }

    /// <summary>At each point, the values of a batch of tiles times one block of the weights' columns.</summary>
    private static void MultiplyPoints(
        int points, int count, float* values, int channels, nint plane, in PackedWeights weights, int column, float* products, nint productPlane)
    {
        int width = Math.Min(2 * S.Count, weights.Columns - column);
        nint zero = 0;
        var p = new Product
        {
            Taps = 1,
            OffsetsA = &zero,
            OffsetsB = &zero,
            Inner = weights.Inner,
            RowA = channels,
            StepA = 1,
            StepB = width,
            RowC = width,
        };
        for (int point = 0; point < points; point++)
        {
            MultiplyBlock(
                p, count, width, values + point * plane, weights.Data + (nint)weights.Inner * (points * column + point * width),
                products + point * productPlane);
        }
    }

    /// <summary>
    /// Writes the tile whose first pixel is (x, y), evaluated at the points, to <paramref name="target"/>, a plane of channels for each point.
    /// Pixels beyond the source are those of its edge: only outputs that are not wanted depend on them.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TransformInput<T>(in View source, int x, int y, int step, float* target, nint plane, float* scratch)
        where T : ITransform
    {
        nint* rows = stackalloc nint[T.Tile], columns = stackalloc nint[T.Tile], places = stackalloc nint[T.Tile];
        for (int i = 0; i < T.Tile; i++)
        {
            rows[i] = Math.Min(y + i * step, source.Height - 1) * source.Row;
            columns[i] = (nint)Math.Min(x + i * step, source.Width - 1) * source.Pixel;
            places[i] = (nint)i * S.Count;
        }

        for (int c = 0; c < source.Pixel; c += S.Count)
        {
            for (int i = 0; i < T.Tile; i++)
                T.Evaluate(source.Data + columns[i] + c, rows, scratch + (nint)i * S.Count, (nint)T.Tile * S.Count);
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
        bool asTheyAre = epilogue.Bias == 0;
        V negative = S.Broadcast(epilogue.Slope), shift = asTheyAre ? S.Zero : S.Load((float*)epilogue.Bias + channel);
        V factor = asTheyAre ? S.Zero : S.Load((float*)epilogue.Scale + channel);
        V weight = epilogue.Classifier == 0 ? S.Zero : S.Load((float*)epilogue.Classifier + channel);
        View skip = epilogue.Skip;
        int place = epilogue.Classifier == 0 ? channel : channel % View.ChannelBlock;
        for (int i = 0; i < outputs && y + i * step < target.Height; i++)
        {
            for (int j = 0; j < outputs && x + j * step < target.Width; j++)
            {
                V sum = S.Load(sums + ((nint)i * T.Tile + j) * S.Count);
                if (!asTheyAre)
                {
                    sum = S.Add(sum, shift);
                    if (skip.Address != 0)
                        sum = S.MultiplyAdd(S.Load(skip.At(x + j * step, y + i * step) + channel), factor, sum);
                    sum = S.WherePositive(sum, sum, S.Multiply(sum, negative));
                }

                float* pixel = target.At(x + j * step, y + i * step) + place;
                if (epilogue.Classifier != 0)
                    sum = S.MultiplyAdd(sum, weight, channel == place ? S.Zero : S.Load(pixel));
                S.Store(sum, pixel);
            }
        }
    }

    /// <summary>
    /// Asks for some channels of a tile's pixels: they lie too far apart for the machine to foresee. On other machines than x64, nothing.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Prefetch(in View view, int x, int y, int step, int size, int channel, int channels)
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

    /// <summary>The transpose of <see cref="InterpolateOutput{T}"/>: a tile of the output's gradient, zero beyond it, at the points.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TransformOutputGradient(in View output, int x, int y, int step, float* target, nint plane, float* scratch)
    {
        const int Tile = SixPoints.Size, Outputs = SixPoints.Outputs;
        nint row = (nint)Tile * S.Count;
        for (int c = 0; c < output.Pixel; c += S.Count)
        {
            for (int j = 0; j < Outputs; j++)
            {
                int column = x + j * step;
                V g0 = LoadInside(output, column, y, c), g1 = LoadInside(output, column, y + step, c);
                V g2 = LoadInside(output, column, y + 2 * step, c), g3 = LoadInside(output, column, y + 3 * step, c);
                SixPoints.InterpolateTransposed(g0, g1, g2, g3, scratch + (nint)j * S.Count, row);
            }

            for (int i = 0; i < Tile; i++)
            {
                float* from = scratch + i * row;
                SixPoints.InterpolateTransposed(
                    S.Load(from), S.Load(from + S.Count), S.Load(from + 2 * S.Count), S.Load(from + 3 * S.Count), target + i * Tile * plane + c, plane);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V LoadInside(in View view, int x, int y, int channel) =>
        x < view.Width && y < view.Height ? S.Load(view.At(x, y) + channel) : S.Zero;

    /// <summary>The transpose of <see cref="TransformInput{T}"/>: adds what one tile's gradient at the points is in its pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddInputGradient(float* products, nint plane, in View gradient, int x, int y, int step, int channel, float* scratch)
    {
        const int Tile = SixPoints.Size;
        nint row = (nint)Tile * S.Count;
        for (int i = 0; i < Tile; i++)
            SixPoints.EvaluateTransposed(products + i * plane, Tile * plane, scratch + (nint)i * S.Count, row);
        for (int i = 0; i < Tile && y + i * step < gradient.Height; i++)
        {
            SixPoints.EvaluateTransposed(scratch + i * row, S.Count, scratch + i * row, S.Count);
            for (int j = 0; j < Tile && x + j * step < gradient.Width; j++)
            {
                float* pixel = gradient.At(x + j * step, y + i * step) + channel;
                S.Store(S.Add(S.Load(pixel), S.Load(scratch + i * row + j * S.Count)), pixel);
            }
        }
    }

    /// <summary>
    /// Numbers the tiles that cover the outputs of all samples. The outputs of a tile are the dilation apart, so that dilation² tiles interleave to a
    /// group; they follow one another, for what one reads and writes lies beside what the next one does.
    /// </summary>
    private readonly struct TileGrid
    {
        private readonly int _across, _perSample, _group;

        public TileGrid(in ViewBatch output, Winograd form, in Geometry g)
        {
            Spacing = g.Dilation / g.Stride;
            _group = form.Outputs * Spacing;
            _across = (output.First.Width + _group - 1) / _group;
            _perSample = _across * ((output.First.Height + _group - 1) / _group) * Spacing * Spacing;
            Count = _perSample * output.Count;
            int batches = (Count + form.Batch - 1) / form.Batch;
            Batch = (Count + batches - 1) / batches;
        }

        /// <summary>Pixels between a tile's outputs.</summary>
        public int Spacing { get; }

        public int Count { get; }

        /// <summary>Tiles to work on at a time, so that all batches are about as large.</summary>
        public int Batch { get; }

        /// <summary>Where a tile's first output lies.</summary>
        public (int Sample, int X, int Y) this[int tile]
        {
            get
            {
                (int sample, int rest) = Math.DivRem(tile, _perSample);
                (int place, int phase) = Math.DivRem(rest, Spacing * Spacing);
                return (sample, place % _across * _group + phase % Spacing, place / _across * _group + phase / Spacing);
            }
        }
    }
}
