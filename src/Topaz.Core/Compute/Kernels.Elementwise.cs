using System.Runtime.CompilerServices;

namespace Topaz.Compute;

/// <summary>The work between convolutions. It is bound by memory, so each pass does all it can on a value while it is there.</summary>
internal sealed unsafe partial class Kernels<V, S>
{
    /// <summary>Pixels whose sum is taken in single precision; doubles sum the runs.</summary>
    private const int Run = 32;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Activate(float* source, in View target, float* scale, float* shift, float slope)
    {
        V negative = S.Broadcast(slope);
        int channels = target.Pixel;
        for (int row = 0; row < target.Height; row++)
        {
            float* t = target.At(0, row);
            for (int x = 0; x < target.Width; x++, source += channels, t += channels)
            {
                for (int c = 0; c < channels; c += S.Count)
                {
                    V y = S.MultiplyAdd(S.Load(source + c), S.Load(scale + c), S.Load(shift + c));
                    S.Store(S.WherePositive(y, y, S.Multiply(y, negative)), t + c);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void MaxPool(in View source, in View target, in Geometry g)
    {
        for (int y = 0; y < target.Height; y++)
        {
            for (int x = 0; x < target.Width; x++)
            {
                float* t = target.At(x, y);
                for (int c = 0; c < target.Pixel; c += S.Count)
                {
                    V largest = S.Load(source.At(x * g.Stride, y * g.Stride) + c);
                    for (int tap = 1; tap < g.Taps; tap++)
                    {
                        int sx = x * g.Stride + tap % g.Kernel * g.Dilation, sy = y * g.Stride + tap / g.Kernel * g.Dilation;
                        largest = S.Max(largest, S.Load(source.At(sx, sy) + c));
                    }

                    S.Store(largest, t + c);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Finish(in View target, in View skip, float* bias, float* scale, float slope)
    {
        V negative = S.Broadcast(slope);
        for (int row = 0; row < target.Height; row++)
        {
            float* t = target.At(0, row), s = skip.Address == 0 ? null : skip.At(0, row);
            for (int x = 0; x < target.Width; x++, t += target.Pixel)
            {
                for (int c = 0; c < target.Pixel; c += S.Count)
                {
                    V y = S.Add(S.Load(t + c), S.Load(bias + c));
                    if (s != null)
                        y = S.MultiplyAdd(S.Load(s + c), S.Load(scale + c), y);
                    S.Store(S.WherePositive(y, y, S.Multiply(y, negative)), t + c);
                }

                s += s == null ? 0 : skip.Pixel;
            }
        }
    }

    public override void MaxPoolGradient(
        in View input, float* pooled, in View output, in View inputGradient, in Geometry g, bool accumulate)
    {
        if (!accumulate)
            new Span<float>(inputGradient.Data, inputGradient.Pixels * inputGradient.Pixel).Clear();
        for (int y = 0; y < output.Height; y++)
        {
            for (int x = 0; x < output.Width; x++, pooled += output.Pixel)
            {
                float* gradient = output.At(x, y);
                for (int c = 0; c < output.Pixel; c++)
                {
                    int tap = 0;
                    while (tap < g.Taps - 1 && input.At(x * g.Stride + tap % g.Kernel, y * g.Stride + tap / g.Kernel)[c] != pooled[c])
                        tap++;
                    inputGradient.At(x * g.Stride + tap % g.Kernel, y * g.Stride + tap / g.Kernel)[c] += gradient[c];
                }
            }
        }
    }

    public override void AddStrided(in View source, int stride, in View target)
    {
        for (int y = 0; y < target.Height; y++)
        {
            for (int x = 0; x < target.Width; x++)
                AddPixel(source.At(x * stride, y * stride), target.At(x, y), target.Pixel);
        }
    }

    public override void SpreadStrided(in View source, int stride, in View target)
    {
        for (int y = 0; y < source.Height; y++)
        {
            for (int x = 0; x < source.Width; x++)
                AddPixel(source.At(x, y), target.At(x * stride, y * stride), source.Pixel);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Moments(float* source, long pixels, int channels, double* sum, double* squares)
    {
        float* run = stackalloc float[S.Count], runSquares = stackalloc float[S.Count];
        for (int c = 0; c < channels; c += S.Count)
        {
            for (long start = 0; start < pixels; start += Run)
            {
                V s = S.Zero, q = S.Zero;
                float* x = source + start * channels + c;
                for (long end = Math.Min(start + Run, pixels), i = start; i < end; i++, x += channels)
                {
                    V value = S.Load(x);
                    s = S.Add(s, value);
                    q = S.MultiplyAdd(value, value, q);
                }

                S.Store(s, run);
                S.Store(q, runSquares);
                for (int lane = 0; lane < S.Count; lane++)
                {
                    sum[c + lane] += run[lane];
                    squares[c + lane] += runSquares[lane];
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override double ActivationGradient(
        float* gradient, float* z, long pixels, int channels, float* scale, float* shift, float slope, double* sum, double* sumZ)
    {
        float* run = stackalloc float[S.Count], runZ = stackalloc float[S.Count], runSlope = stackalloc float[S.Count];
        V negative = S.Broadcast(slope);
        double slopeGradient = 0;
        for (int c = 0; c < channels; c += S.Count)
        {
            V a = S.Load(scale + c), b = S.Load(shift + c);
            for (long start = 0; start < pixels; start += Run)
            {
                V s = S.Zero, q = S.Zero, d = S.Zero;
                long offset = start * channels + c;
                for (long end = Math.Min(start + Run, pixels), i = start; i < end; i++, offset += channels)
                {
                    V zi = S.Load(z + offset), gi = S.Load(gradient + offset), y = S.MultiplyAdd(zi, a, b);
                    d = S.Add(d, S.WherePositive(y, S.Zero, S.Multiply(y, gi)));
                    gi = S.WherePositive(y, gi, S.Multiply(gi, negative));
                    S.Store(gi, gradient + offset);
                    s = S.Add(s, gi);
                    q = S.MultiplyAdd(gi, zi, q);
                }

                S.Store(s, run);
                S.Store(q, runZ);
                S.Store(d, runSlope);
                for (int lane = 0; lane < S.Count; lane++)
                {
                    sum[c + lane] += run[lane];
                    sumZ[c + lane] += runZ[lane];
                    slopeGradient += runSlope[lane];
                }
            }
        }

        return slopeGradient;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void NormGradient(float* gradient, float* z, in View target, float* p, float* q, float* t)
    {
        int channels = target.Pixel;
        for (int row = 0; row < target.Height; row++)
        {
            float* d = target.At(0, row);
            for (int x = 0; x < target.Width; x++, d += channels, gradient += channels, z += channels)
            {
                for (int c = 0; c < channels; c += S.Count)
                {
                    V rest = S.MultiplyAdd(S.Load(z + c), S.Load(q + c), S.Load(t + c));
                    S.Store(S.MultiplyAdd(S.Load(gradient + c), S.Load(p + c), rest), d + c);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void SumChunks(float* sources, long stride, int chunks, float* target, long start, long count)
    {
        for (long i = start; i < start + count; i += S.Count)
        {
            V sum = S.Load(sources + i);
            for (int chunk = 1; chunk < chunks; chunk++)
                sum = S.Add(sum, S.Load(sources + chunk * stride + i));
            S.Store(sum, target + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Adam(
        float* parameters, float* gradient, float* first, float* second, long count, in AdamStep step)
    {
        V beta1 = S.Broadcast(AdamStep.Beta1), rest1 = S.Broadcast(1 - AdamStep.Beta1);
        V beta2 = S.Broadcast(AdamStep.Beta2), rest2 = S.Broadcast(1 - AdamStep.Beta2);
        V correction = S.Broadcast(step.SecondCorrection), epsilon = S.Broadcast(AdamStep.Epsilon);
        V rate = S.Broadcast(-step.Rate), l2 = S.Broadcast(step.L2);
        for (long i = 0; i < count; i += S.Count)
        {
            V w = S.Load(parameters + i), g = S.MultiplyAdd(w, l2, S.Load(gradient + i));
            V m = S.MultiplyAdd(S.Load(first + i), beta1, S.Multiply(g, rest1));
            V v = S.MultiplyAdd(S.Load(second + i), beta2, S.Multiply(S.Multiply(g, g), rest2));
            S.Store(m, first + i);
            S.Store(v, second + i);
            V denominator = S.MultiplyAdd(S.Sqrt(v), correction, epsilon);
            S.Store(S.MultiplyAdd(S.Divide(m, denominator), rate, w), parameters + i);
        }
    }

    private static void AddPixel(float* source, float* target, int channels)
    {
        for (int c = 0; c < channels; c += S.Count)
            S.Store(S.Add(S.Load(source + c), S.Load(target + c)), target + c);
    }
}
