using System.Runtime.CompilerServices;

namespace Topaz.Compute;

/// <summary>Gradients by <see cref="Winograd"/>: the transposes of its three linear maps, in training's form.</summary>
internal sealed unsafe partial class Kernels<V, S>
{
    public override void FastGradients(
        in ViewBatch input, int inputs, in ViewBatch output, in ViewBatch inputGradient, in PackedWeights weights, float* weightGradient,
        bool accumulate, Winograd form, in Geometry g, float* scratch)
    {
        var tiles = new TileGrid(output, form, g);
        int inChannels = input.First.Pixel, outChannels = View.Padded(weights.Inner);
        nint inPlane = form.PlaneSize(inChannels), outPlane = form.PlaneSize(outChannels), productPlane = form.PlaneSize(BlockWidth);
        float* inPoints = scratch + form.Points * View.ChannelBlock, outPoints = inPoints + form.Points * inPlane;
        float* products = outPoints + form.Points * outPlane;
        nint zero = 0;
        var p = new Product
        {
            OffsetsA = &zero,
            OffsetsB = &zero,
            RowA = 1,
            StepA = inChannels,
            StepB = outChannels,
            RowC = outChannels,
        };
        for (int first = 0; first < tiles.Count; first += tiles.Batch)
        {
            int count = Math.Min(tiles.Batch, tiles.Count - first);
            for (int i = 0; i < count; i++)
            {
                (int sample, int x, int y) = tiles[first + i];
                TransformInput<SixPoints>(input[sample], x, y, g, inPoints + (nint)i * inChannels, inPlane, scratch);
                TransformOutputGradient(output[sample], outChannels, x, y, tiles.Spacing, outPoints + (nint)i * outChannels, outPlane, scratch);
            }

            p.Inner = count;
            p.Accumulate = accumulate || first > 0;
            for (int point = 0; point < form.Points; point++)
            {
                for (int column = 0; column < outChannels; column += BlockWidth)
                {
                    int width = Math.Min(BlockWidth, outChannels - column);
                    p.Taps = form.Vanishes(point, column, column + width - 1) ? 0 : 1;
                    MultiplyBlock(
                        p, inputs, width, inPoints + point * inPlane, outPoints + point * outPlane + column,
                        weightGradient + (nint)point * inputs * outChannels + column);
                }
            }

            for (int column = 0; column < inChannels && inputGradient.Count > 0; column += BlockWidth)
            {
                int width = Math.Min(BlockWidth, inChannels - column);
                MultiplyPoints(form, backward: true, count, outPoints, outChannels, outPlane, weights, column, width, products, productPlane);
                for (int i = 0; i < count; i++)
                {
                    (int sample, int x, int y) = tiles[first + i];
                    for (int c = 0; c < width; c += S.Count)
                    {
                        AddInputGradient(products + (nint)i * width + c, productPlane, inputGradient[sample], x, y, g, column + c, scratch);
                    }
                }
            }
        }
    }

    /// <summary>The transpose of <see cref="InterpolateOutput{T}"/>: a tile of the output's gradient, zero beyond it, at the points.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TransformOutputGradient(in View output, int channels, int x, int y, int step, float* target, nint plane, float* scratch)
    {
        const int Tile = SixPoints.Size, Outputs = SixPoints.Outputs;
        nint row = (nint)Tile * S.Count;
        for (int c = 0; c < channels; c += S.Count)
        {
            nint place = output.Place(c);
            for (int j = 0; j < Outputs; j++)
            {
                int column = x + j * step;
                V g0 = LoadInside(output, column, y, place), g1 = LoadInside(output, column, y + step, place);
                V g2 = LoadInside(output, column, y + 2 * step, place), g3 = LoadInside(output, column, y + 3 * step, place);
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
    private static V LoadInside(in View view, int x, int y, nint channel) =>
        x < view.Width && y < view.Height ? S.Load(view.At(x, y) + channel) : S.Zero;

    /// <summary>The transpose of <see cref="TransformInput{T}"/>: adds what one tile's gradient at the points is in its pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddInputGradient(
        float* products, nint plane, in View gradient, int x, int y, in Geometry g, int channel, float* scratch)
    {
        const int Tile = SixPoints.Size;
        nint row = (nint)Tile * S.Count;
        for (int i = 0; i < Tile; i++)
            SixPoints.EvaluateTransposed(products + i * plane, Tile * plane, scratch + (nint)i * S.Count, row);
        for (int i = 0; i < Tile; i++)
        {
            int toY = y * g.Stride + i * g.Dilation - g.Padding;
            if ((uint)toY >= (uint)gradient.Height)
                continue;
            SixPoints.EvaluateTransposed(scratch + i * row, S.Count, scratch + i * row, S.Count);
            for (int j = 0; j < Tile; j++)
            {
                int toX = x * g.Stride + j * g.Dilation - g.Padding;
                if ((uint)toX >= (uint)gradient.Width)
                    continue;
                float* pixel = gradient.At(toX, toY) + channel;
                S.Store(S.Add(S.Load(pixel), S.Load(scratch + i * row + j * S.Count)), pixel);
            }
        }
    }
}
