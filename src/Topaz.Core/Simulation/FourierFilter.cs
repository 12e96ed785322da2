using MathNet.Numerics;
using MathNet.Numerics.Providers.FourierTransform;

namespace Topaz.Simulation;

/// <summary>Filters square images in Fourier space; the one place where the simulation transforms.</summary>
internal static class FourierFilter
{
    // Named, so that no search for native libraries decides which bits come out.
    private static readonly ManagedFourierTransformProvider Fourier = ManagedFourierTransformProvider.Instance;

    /// <summary>
    /// Filters two real images at once: the real part of <paramref name="field"/> by <paramref name="real"/>, the imaginary part
    /// by <paramref name="imaginary"/>. The image is periodic.
    /// </summary>
    /// <param name="field">Row-major, <paramref name="size"/> × <paramref name="size"/>.</param>
    /// <param name="size">Rows and columns, a power of two.</param>
    /// <param name="real">Transfer of the real part.</param>
    /// <param name="imaginary">Transfer of the imaginary part.</param>
    public static void Apply(Complex32[] field, int size, RadialTransfer real, RadialTransfer imaginary)
    {
        var row = new Complex32[size];
        TransformRows(field, row, forward: true);
        Transpose(field, size);
        TransformRows(field, row, forward: true);
        Multiply(field, size, real, imaginary);
        TransformRows(field, row, forward: false);
        Transpose(field, size);
        TransformRows(field, row, forward: false);
    }

    /// <summary>
    /// With F the transform of s + i n, the transforms of the real images s and n are (F(k) + F*(−k)) / 2 and (F(k) − F*(−k)) / 2i;
    /// so that of their filtered sum is ½(p + q) F(k) + ½(p − q) F*(−k), with transfers p and q.
    /// </summary>
    private static void Multiply(Complex32[] field, int size, RadialTransfer real, RadialTransfer imaginary)
    {
        float scale = 0.5f / ((float)size * size);
        for (int v = 0; v <= size / 2; v++)
        {
            int oppositeV = (size - v) % size;
            int lastU = v == oppositeV ? size / 2 : size - 1; // such a row is its own opposite: each pair once
            for (int u = 0; u <= lastU; u++)
            {
                float p = real[u, v], q = imaginary[u, v], sum = (p + q) * scale, difference = (p - q) * scale;
                ref Complex32 a = ref field[v * size + u], b = ref field[oppositeV * size + (size - u) % size];
                (a, b) = (
                    new Complex32(sum * a.Real + difference * b.Real, sum * a.Imaginary - difference * b.Imaginary),
                    new Complex32(sum * b.Real + difference * a.Real, sum * b.Imaginary - difference * a.Imaginary));
            }
        }
    }

    private static void TransformRows(Complex32[] field, Complex32[] row, bool forward)
    {
        for (int start = 0; start < field.Length; start += row.Length)
        {
            Array.Copy(field, start, row, 0, row.Length);
            if (forward)
                Fourier.Forward(row, FourierTransformScaling.NoScaling);
            else
                Fourier.Backward(row, FourierTransformScaling.NoScaling);
            Array.Copy(row, 0, field, start, row.Length);
        }
    }

    /// <summary>In blocks of 32, which stay in the first-level cache.</summary>
    private static void Transpose(Complex32[] field, int size)
    {
        int block = Math.Min(32, size);
        for (int y0 = 0; y0 < size; y0 += block)
        {
            for (int x0 = y0; x0 < size; x0 += block)
            {
                for (int y = y0; y < y0 + block; y++)
                {
                    for (int x = Math.Max(x0, y + 1); x < x0 + block; x++)
                        (field[y * size + x], field[x * size + y]) = (field[x * size + y], field[y * size + x]);
                }
            }
        }
    }
}
