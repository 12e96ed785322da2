using System.Runtime.Intrinsics;

namespace Topaz.Compute;

/// <summary>
/// Convolutions as products: these loops only work out offsets and strides. Pixels of a row are the product's rows (or, for weights, its inner
/// terms); in small images samples take their place.
/// </summary>
internal sealed unsafe partial class Kernels<V, S>
{
    public override void Convolve(
        in ViewBatch sources, in ViewBatch targets, in PackedWeights weights, in Geometry g, bool accumulate)
    {
        View source = sources.First, target = targets.First;
        nint* offsetsA = stackalloc nint[g.Taps], offsetsB = stackalloc nint[g.Taps];
        bool bySample = AreSmall(source, target);
        // With one input channel a row of the kernel takes the place of the channels as inner terms.
        bool single = source.Pixel == 1 && weights.Inner == 1 && !bySample;
        int columnsOfTaps = single ? 1 : g.Kernel;
        var p = new Product
        {
            OffsetsA = offsetsA,
            OffsetsB = offsetsB,
            Inner = single ? g.Kernel : weights.Inner,
            RowA = bySample ? sources.Step : (nint)g.Stride * source.Pixel,
            RowC = bySample ? targets.Step : target.Pixel,
            StepA = single ? g.Dilation : 1,
            Accumulate = accumulate,
        };
        for (int column = 0; column < weights.Columns; column += BlockWidth)
        {
            int width = Math.Min(BlockWidth, weights.Columns - column);
            float* block = weights.Data + (nint)g.Taps * weights.Inner * column;
            p.StepB = width;
            for (int y = 0; y < target.Height; y++)
            {
                for (int x = 0; x < (bySample ? target.Width : 1); x++)
                {
                    p.Taps = 0;
                    for (int ky = 0; ky < g.Kernel; ky++)
                    {
                        int sourceY = y * g.Stride - g.Padding + ky * g.Dilation;
                        if ((uint)sourceY >= (uint)source.Height)
                            continue;
                        for (int kx = 0; kx < columnsOfTaps; kx++)
                        {
                            int sourceX = x * g.Stride - g.Padding + kx * g.Dilation;
                            if (bySample && (uint)sourceX >= (uint)source.Width)
                                continue;
                            offsetsA[p.Taps] = sourceY * source.Row + (nint)sourceX * source.Pixel;
                            offsetsB[p.Taps++] = (nint)(ky * g.Kernel + kx) * weights.Inner * width;
                        }
                    }

                    MultiplyBlock(p, bySample ? targets.Count : target.Width, width, source.Data, block, target.At(x, y) + column);
                }
            }
        }
    }

    public override void Spread(
        in ViewBatch sources, in ViewBatch targets, in PackedWeights weights, in Geometry g, bool accumulate)
    {
        View source = sources.First, target = targets.First;
        nint* offsetsA = stackalloc nint[g.Taps], offsetsB = stackalloc nint[g.Taps];
        bool bySample = AreSmall(source, target);
        var p = new Product
        {
            OffsetsA = offsetsA,
            OffsetsB = offsetsB,
            Inner = weights.Inner,
            RowA = bySample ? sources.Step : source.Pixel,
            RowC = bySample ? targets.Step : (nint)g.Stride * target.Pixel,
            StepA = 1,
            Accumulate = accumulate,
        };
        for (int column = 0; column < weights.Columns; column += BlockWidth)
        {
            int width = Math.Min(BlockWidth, weights.Columns - column);
            float* block = weights.Data + (nint)g.Taps * weights.Inner * column;
            p.StepB = width;
            for (int y = 0; y < target.Height; y++)
            {
                // Target pixels x, x + stride, … share their kernel elements and read neighbouring source pixels.
                for (int x = 0; x < (bySample ? target.Width : Math.Min(g.Stride, target.Width)); x++)
                {
                    p.Taps = 0;
                    for (int ky = 0; ky < g.Kernel; ky++)
                    {
                        int scaledY = y + g.Padding - ky * g.Dilation;
                        if (scaledY < 0 || scaledY % g.Stride != 0 || scaledY / g.Stride >= source.Height)
                            continue;
                        for (int kx = 0; kx < g.Kernel; kx++)
                        {
                            int scaledX = x + g.Padding - kx * g.Dilation;
                            if (scaledX % g.Stride != 0 || (bySample && (uint)(scaledX / g.Stride) >= (uint)source.Width))
                                continue;
                            offsetsA[p.Taps] = scaledY / g.Stride * source.Row + (nint)(scaledX / g.Stride) * source.Pixel;
                            offsetsB[p.Taps++] = (nint)(ky * g.Kernel + kx) * weights.Inner * width;
                        }
                    }

                    int count = bySample ? targets.Count : (target.Width - x + g.Stride - 1) / g.Stride;
                    MultiplyBlock(p, count, width, source.Data, block, target.At(x, y) + column);
                }
            }
        }
    }

    public override void WeightGradient(
        in ViewBatch inputs, int channels, in ViewBatch outputs, float* gradient, in Geometry g, bool transposed, bool accumulate)
    {
        View input = inputs.First, output = outputs.First, large = transposed ? output : input, small = transposed ? input : output;
        bool bySample = AreSmall(input, output);
        int places = bySample ? small.Pixels : small.Height;
        nint* offsetsLarge = stackalloc nint[places], offsetsSmall = stackalloc nint[places];
        // With one input channel the columns of the kernel take the place of the input channels as rows of the product.
        bool single = channels == 1 && !transposed && !bySample;
        var p = new Product
        {
            OffsetsA = transposed ? offsetsSmall : offsetsLarge,
            OffsetsB = transposed ? offsetsLarge : offsetsSmall,
            Inner = bySample ? inputs.Count : small.Width,
            RowA = single ? (nint)g.Dilation * input.Pixel : 1,
            RowC = output.Pixel,
            StepA = bySample ? inputs.Step : (nint)(transposed ? 1 : g.Stride) * input.Pixel,
            StepB = bySample ? outputs.Step : (nint)(transposed ? g.Stride : 1) * output.Pixel,
            Accumulate = accumulate,
        };
        int rows = single ? g.Kernel : channels;
        for (int ky = 0; ky < g.Kernel; ky++)
        {
            for (int kx = 0; kx < (single ? 1 : g.Kernel); kx++)
            {
                p.Taps = 0;
                for (int place = 0; place < places; place++)
                {
                    int x = bySample ? place % small.Width : 0, y = bySample ? place / small.Width : place;
                    int largeX = x * g.Stride - g.Padding + kx * g.Dilation, largeY = y * g.Stride - g.Padding + ky * g.Dilation;
                    if ((uint)largeY >= (uint)large.Height || (bySample && (uint)largeX >= (uint)large.Width))
                        continue;
                    offsetsLarge[p.Taps] = largeY * large.Row + (nint)largeX * large.Pixel;
                    offsetsSmall[p.Taps++] = y * small.Row + (nint)x * small.Pixel;
                }

                float* target = gradient + (nint)(ky * g.Kernel + kx) * channels * output.Pixel;
                for (int column = 0; column < output.Pixel; column += BlockWidth)
                {
                    int width = Math.Min(BlockWidth, output.Pixel - column);
                    MultiplyBlock(p, rows, width, input.Data, output.Data + column, target + column);
                }
            }
        }
    }

    private static bool AreSmall(in View a, in View b) => Math.Min(a.Width, b.Width) < SmallImage;

    /// <summary>
    /// One block of columns. Channels come in sixteens, so a block of two 512-bit vectors may find only half its columns left;
    /// the 256-bit kernel computes just these.
    /// </summary>
    private static void MultiplyBlock(in Product p, int rows, int width, float* a, float* b, float* c)
    {
        if (width == 2 * S.Count)
            Multiply(p, rows, a, b, c);
        else
            Kernels<Vector256<float>, Simd256>.Multiply(p, rows, a, b, c);
    }
}
