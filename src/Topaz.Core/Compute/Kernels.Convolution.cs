using System.Runtime.Intrinsics;

namespace Topaz.Compute;

/// <summary>Convolutions as products: these loops only work out offsets and strides.</summary>
internal sealed unsafe partial class Kernels<V, S>
{
    public override void Convolve(
        in View source, in View target, in PackedWeights weights, in Geometry g, bool accumulate)
    {
        nint* offsetsA = stackalloc nint[g.Taps], offsetsB = stackalloc nint[g.Taps];
        // With one input channel a row of the kernel takes the place of the channels as inner terms.
        bool single = source.Pixel == 1 && weights.Inner == 1;
        int columnsOfTaps = single ? 1 : g.Kernel;
        var p = new Product
        {
            OffsetsA = offsetsA,
            OffsetsB = offsetsB,
            Inner = single ? g.Kernel : weights.Inner,
            RowA = (nint)g.Stride * source.Pixel,
            RowC = target.Pixel,
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
                p.Taps = 0;
                for (int ky = 0; ky < g.Kernel; ky++)
                {
                    int sourceY = y * g.Stride - g.Padding + ky * g.Dilation;
                    if ((uint)sourceY >= (uint)source.Height)
                        continue;
                    for (int kx = 0; kx < columnsOfTaps; kx++)
                    {
                        offsetsA[p.Taps] = sourceY * source.Row + (nint)(kx * g.Dilation - g.Padding) * source.Pixel;
                        offsetsB[p.Taps++] = (nint)(ky * g.Kernel + kx) * weights.Inner * width;
                    }
                }

                MultiplyBlock(p, target.Width, width, source.Data, block, target.At(0, y) + column);
            }
        }
    }

    public override void Spread(
        in View source, in View target, in PackedWeights weights, in Geometry g, bool accumulate)
    {
        nint* offsetsA = stackalloc nint[g.Taps], offsetsB = stackalloc nint[g.Taps];
        var p = new Product
        {
            OffsetsA = offsetsA,
            OffsetsB = offsetsB,
            Inner = weights.Inner,
            RowA = source.Pixel,
            RowC = (nint)g.Stride * target.Pixel,
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
                // Target pixels x = phase, phase + stride, … share their kernel elements and read neighbouring source pixels.
                for (int phase = 0; phase < Math.Min(g.Stride, target.Width); phase++)
                {
                    p.Taps = 0;
                    for (int ky = 0; ky < g.Kernel; ky++)
                    {
                        int scaledY = y + g.Padding - ky * g.Dilation;
                        if (scaledY < 0 || scaledY % g.Stride != 0 || scaledY / g.Stride >= source.Height)
                            continue;
                        for (int kx = 0; kx < g.Kernel; kx++)
                        {
                            int scaledX = phase + g.Padding - kx * g.Dilation;
                            if (scaledX % g.Stride != 0)
                                continue;
                            offsetsA[p.Taps] = scaledY / g.Stride * source.Row + (nint)(scaledX / g.Stride) * source.Pixel;
                            offsetsB[p.Taps++] = (nint)(ky * g.Kernel + kx) * weights.Inner * width;
                        }
                    }

                    int count = (target.Width - phase + g.Stride - 1) / g.Stride;
                    MultiplyBlock(p, count, width, source.Data, block, target.At(phase, y) + column);
                }
            }
        }
    }

    public override void WeightGradient(
        in View input, int inputs, in View output, float* gradient, in Geometry g, bool transposed)
    {
        View large = transposed ? output : input, small = transposed ? input : output;
        nint* offsetsLarge = stackalloc nint[small.Height], offsetsSmall = stackalloc nint[small.Height];
        // With one input channel the columns of the kernel take the place of the input channels as rows of the product.
        bool single = inputs == 1 && !transposed;
        var p = new Product
        {
            OffsetsA = transposed ? offsetsSmall : offsetsLarge,
            OffsetsB = transposed ? offsetsLarge : offsetsSmall,
            Inner = small.Width,
            RowA = single ? (nint)g.Dilation * input.Pixel : 1,
            RowC = output.Pixel,
            StepA = (nint)(transposed ? 1 : g.Stride) * input.Pixel,
            StepB = (nint)(transposed ? g.Stride : 1) * output.Pixel,
            Accumulate = true,
        };
        int rows = single ? g.Kernel : inputs;
        for (int ky = 0; ky < g.Kernel; ky++)
        {
            for (int kx = 0; kx < (single ? 1 : g.Kernel); kx++)
            {
                p.Taps = 0;
                for (int y = 0; y < small.Height; y++)
                {
                    int largeY = y * g.Stride - g.Padding + ky * g.Dilation;
                    if ((uint)largeY >= (uint)large.Height)
                        continue;
                    offsetsLarge[p.Taps] = largeY * large.Row + (nint)(kx * g.Dilation - g.Padding) * large.Pixel;
                    offsetsSmall[p.Taps++] = y * small.Row;
                }

                float* target = gradient + (nint)(ky * g.Kernel + kx) * inputs * output.Pixel;
                for (int column = 0; column < output.Pixel; column += BlockWidth)
                {
                    int width = Math.Min(BlockWidth, output.Pixel - column);
                    MultiplyBlock(p, rows, width, input.Data, output.Data + column, target + column);
                }
            }
        }
    }

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
