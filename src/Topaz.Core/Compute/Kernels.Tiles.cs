using System.Runtime.CompilerServices;

namespace Topaz.Compute;

/// <summary>
/// The register tiles, the one place where the engine spends its time. A tile holds 2 × (4 to 12) accumulators in registers;
/// each inner step loads two vectors of B and broadcasts one float of A per row, two fused multiply-adds for each load: with
/// 12 rows the loads hide behind the arithmetic. Tiles are the same text for 12, 8, 6, 4 and 1 rows, and written out because the
/// JIT keeps accumulators in registers only if they are locals; three rows share a pointer because addresses scale by at most
/// two of the row stride.
/// </summary>
internal sealed unsafe partial class Kernels<V, S>
{
    /// <summary>A tile of 12 rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile12(in Product p, float* a, float* b, float* c)
    {
        int n = S.Count;
        nint row = p.RowA, stepA = p.StepA, stepB = p.StepB, rowC = p.RowC;
        V x0 = S.Zero, x1 = S.Zero, x2 = S.Zero, x3 = S.Zero, x4 = S.Zero, x5 = S.Zero, x6 = S.Zero, x7 = S.Zero,
            x8 = S.Zero, x9 = S.Zero, x10 = S.Zero, x11 = S.Zero;
        V y0 = S.Zero, y1 = S.Zero, y2 = S.Zero, y3 = S.Zero, y4 = S.Zero, y5 = S.Zero, y6 = S.Zero, y7 = S.Zero,
            y8 = S.Zero, y9 = S.Zero, y10 = S.Zero, y11 = S.Zero;
        if (p.Accumulate)
        {
            (x0, y0) = (S.Load(c), S.Load(c + n));
            (x1, y1) = (S.Load(c + rowC), S.Load(c + rowC + n));
            (x2, y2) = (S.Load(c + 2 * rowC), S.Load(c + 2 * rowC + n));
            (x3, y3) = (S.Load(c + 3 * rowC), S.Load(c + 3 * rowC + n));
            (x4, y4) = (S.Load(c + 4 * rowC), S.Load(c + 4 * rowC + n));
            (x5, y5) = (S.Load(c + 5 * rowC), S.Load(c + 5 * rowC + n));
            (x6, y6) = (S.Load(c + 6 * rowC), S.Load(c + 6 * rowC + n));
            (x7, y7) = (S.Load(c + 7 * rowC), S.Load(c + 7 * rowC + n));
            (x8, y8) = (S.Load(c + 8 * rowC), S.Load(c + 8 * rowC + n));
            (x9, y9) = (S.Load(c + 9 * rowC), S.Load(c + 9 * rowC + n));
            (x10, y10) = (S.Load(c + 10 * rowC), S.Load(c + 10 * rowC + n));
            (x11, y11) = (S.Load(c + 11 * rowC), S.Load(c + 11 * rowC + n));
        }

        for (int t = 0; t < p.Taps; t++)
        {
            float* b0 = b + p.OffsetsB[t];
            float* a0 = a + p.OffsetsA[t];
            float* a3 = a + p.OffsetsA[t] + 3 * row;
            float* a6 = a + p.OffsetsA[t] + 6 * row;
            float* a9 = a + p.OffsetsA[t] + 9 * row;
            for (int k = p.Inner; k > 0; k--)
            {
                V u = S.Load(b0), v = S.Load(b0 + n), s;
                s = S.Broadcast(*a0);
                (x0, y0) = (S.MultiplyAdd(s, u, x0), S.MultiplyAdd(s, v, y0));
                s = S.Broadcast(a0[row]);
                (x1, y1) = (S.MultiplyAdd(s, u, x1), S.MultiplyAdd(s, v, y1));
                s = S.Broadcast(a0[2 * row]);
                (x2, y2) = (S.MultiplyAdd(s, u, x2), S.MultiplyAdd(s, v, y2));
                s = S.Broadcast(*a3);
                (x3, y3) = (S.MultiplyAdd(s, u, x3), S.MultiplyAdd(s, v, y3));
                s = S.Broadcast(a3[row]);
                (x4, y4) = (S.MultiplyAdd(s, u, x4), S.MultiplyAdd(s, v, y4));
                s = S.Broadcast(a3[2 * row]);
                (x5, y5) = (S.MultiplyAdd(s, u, x5), S.MultiplyAdd(s, v, y5));
                s = S.Broadcast(*a6);
                (x6, y6) = (S.MultiplyAdd(s, u, x6), S.MultiplyAdd(s, v, y6));
                s = S.Broadcast(a6[row]);
                (x7, y7) = (S.MultiplyAdd(s, u, x7), S.MultiplyAdd(s, v, y7));
                s = S.Broadcast(a6[2 * row]);
                (x8, y8) = (S.MultiplyAdd(s, u, x8), S.MultiplyAdd(s, v, y8));
                s = S.Broadcast(*a9);
                (x9, y9) = (S.MultiplyAdd(s, u, x9), S.MultiplyAdd(s, v, y9));
                s = S.Broadcast(a9[row]);
                (x10, y10) = (S.MultiplyAdd(s, u, x10), S.MultiplyAdd(s, v, y10));
                s = S.Broadcast(a9[2 * row]);
                (x11, y11) = (S.MultiplyAdd(s, u, x11), S.MultiplyAdd(s, v, y11));
                b0 += stepB;
                a0 += stepA;
                a3 += stepA;
                a6 += stepA;
                a9 += stepA;
            }
        }

        S.Store(x0, c);
        S.Store(y0, c + n);
        S.Store(x1, c + rowC);
        S.Store(y1, c + rowC + n);
        S.Store(x2, c + 2 * rowC);
        S.Store(y2, c + 2 * rowC + n);
        S.Store(x3, c + 3 * rowC);
        S.Store(y3, c + 3 * rowC + n);
        S.Store(x4, c + 4 * rowC);
        S.Store(y4, c + 4 * rowC + n);
        S.Store(x5, c + 5 * rowC);
        S.Store(y5, c + 5 * rowC + n);
        S.Store(x6, c + 6 * rowC);
        S.Store(y6, c + 6 * rowC + n);
        S.Store(x7, c + 7 * rowC);
        S.Store(y7, c + 7 * rowC + n);
        S.Store(x8, c + 8 * rowC);
        S.Store(y8, c + 8 * rowC + n);
        S.Store(x9, c + 9 * rowC);
        S.Store(y9, c + 9 * rowC + n);
        S.Store(x10, c + 10 * rowC);
        S.Store(y10, c + 10 * rowC + n);
        S.Store(x11, c + 11 * rowC);
        S.Store(y11, c + 11 * rowC + n);
    }

    /// <summary>A tile of 8 rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile8(in Product p, float* a, float* b, float* c)
    {
        int n = S.Count;
        nint row = p.RowA, stepA = p.StepA, stepB = p.StepB, rowC = p.RowC;
        V x0 = S.Zero, x1 = S.Zero, x2 = S.Zero, x3 = S.Zero, x4 = S.Zero, x5 = S.Zero, x6 = S.Zero, x7 = S.Zero;
        V y0 = S.Zero, y1 = S.Zero, y2 = S.Zero, y3 = S.Zero, y4 = S.Zero, y5 = S.Zero, y6 = S.Zero, y7 = S.Zero;
        if (p.Accumulate)
        {
            (x0, y0) = (S.Load(c), S.Load(c + n));
            (x1, y1) = (S.Load(c + rowC), S.Load(c + rowC + n));
            (x2, y2) = (S.Load(c + 2 * rowC), S.Load(c + 2 * rowC + n));
            (x3, y3) = (S.Load(c + 3 * rowC), S.Load(c + 3 * rowC + n));
            (x4, y4) = (S.Load(c + 4 * rowC), S.Load(c + 4 * rowC + n));
            (x5, y5) = (S.Load(c + 5 * rowC), S.Load(c + 5 * rowC + n));
            (x6, y6) = (S.Load(c + 6 * rowC), S.Load(c + 6 * rowC + n));
            (x7, y7) = (S.Load(c + 7 * rowC), S.Load(c + 7 * rowC + n));
        }

        for (int t = 0; t < p.Taps; t++)
        {
            float* b0 = b + p.OffsetsB[t];
            float* a0 = a + p.OffsetsA[t];
            float* a3 = a + p.OffsetsA[t] + 3 * row;
            float* a6 = a + p.OffsetsA[t] + 6 * row;
            for (int k = p.Inner; k > 0; k--)
            {
                V u = S.Load(b0), v = S.Load(b0 + n), s;
                s = S.Broadcast(*a0);
                (x0, y0) = (S.MultiplyAdd(s, u, x0), S.MultiplyAdd(s, v, y0));
                s = S.Broadcast(a0[row]);
                (x1, y1) = (S.MultiplyAdd(s, u, x1), S.MultiplyAdd(s, v, y1));
                s = S.Broadcast(a0[2 * row]);
                (x2, y2) = (S.MultiplyAdd(s, u, x2), S.MultiplyAdd(s, v, y2));
                s = S.Broadcast(*a3);
                (x3, y3) = (S.MultiplyAdd(s, u, x3), S.MultiplyAdd(s, v, y3));
                s = S.Broadcast(a3[row]);
                (x4, y4) = (S.MultiplyAdd(s, u, x4), S.MultiplyAdd(s, v, y4));
                s = S.Broadcast(a3[2 * row]);
                (x5, y5) = (S.MultiplyAdd(s, u, x5), S.MultiplyAdd(s, v, y5));
                s = S.Broadcast(*a6);
                (x6, y6) = (S.MultiplyAdd(s, u, x6), S.MultiplyAdd(s, v, y6));
                s = S.Broadcast(a6[row]);
                (x7, y7) = (S.MultiplyAdd(s, u, x7), S.MultiplyAdd(s, v, y7));
                b0 += stepB;
                a0 += stepA;
                a3 += stepA;
                a6 += stepA;
            }
        }

        S.Store(x0, c);
        S.Store(y0, c + n);
        S.Store(x1, c + rowC);
        S.Store(y1, c + rowC + n);
        S.Store(x2, c + 2 * rowC);
        S.Store(y2, c + 2 * rowC + n);
        S.Store(x3, c + 3 * rowC);
        S.Store(y3, c + 3 * rowC + n);
        S.Store(x4, c + 4 * rowC);
        S.Store(y4, c + 4 * rowC + n);
        S.Store(x5, c + 5 * rowC);
        S.Store(y5, c + 5 * rowC + n);
        S.Store(x6, c + 6 * rowC);
        S.Store(y6, c + 6 * rowC + n);
        S.Store(x7, c + 7 * rowC);
        S.Store(y7, c + 7 * rowC + n);
    }

    /// <summary>A tile of 6 rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile6(in Product p, float* a, float* b, float* c)
    {
        int n = S.Count;
        nint row = p.RowA, stepA = p.StepA, stepB = p.StepB, rowC = p.RowC;
        V x0 = S.Zero, x1 = S.Zero, x2 = S.Zero, x3 = S.Zero, x4 = S.Zero, x5 = S.Zero;
        V y0 = S.Zero, y1 = S.Zero, y2 = S.Zero, y3 = S.Zero, y4 = S.Zero, y5 = S.Zero;
        if (p.Accumulate)
        {
            (x0, y0) = (S.Load(c), S.Load(c + n));
            (x1, y1) = (S.Load(c + rowC), S.Load(c + rowC + n));
            (x2, y2) = (S.Load(c + 2 * rowC), S.Load(c + 2 * rowC + n));
            (x3, y3) = (S.Load(c + 3 * rowC), S.Load(c + 3 * rowC + n));
            (x4, y4) = (S.Load(c + 4 * rowC), S.Load(c + 4 * rowC + n));
            (x5, y5) = (S.Load(c + 5 * rowC), S.Load(c + 5 * rowC + n));
        }

        for (int t = 0; t < p.Taps; t++)
        {
            float* b0 = b + p.OffsetsB[t];
            float* a0 = a + p.OffsetsA[t];
            float* a3 = a + p.OffsetsA[t] + 3 * row;
            for (int k = p.Inner; k > 0; k--)
            {
                V u = S.Load(b0), v = S.Load(b0 + n), s;
                s = S.Broadcast(*a0);
                (x0, y0) = (S.MultiplyAdd(s, u, x0), S.MultiplyAdd(s, v, y0));
                s = S.Broadcast(a0[row]);
                (x1, y1) = (S.MultiplyAdd(s, u, x1), S.MultiplyAdd(s, v, y1));
                s = S.Broadcast(a0[2 * row]);
                (x2, y2) = (S.MultiplyAdd(s, u, x2), S.MultiplyAdd(s, v, y2));
                s = S.Broadcast(*a3);
                (x3, y3) = (S.MultiplyAdd(s, u, x3), S.MultiplyAdd(s, v, y3));
                s = S.Broadcast(a3[row]);
                (x4, y4) = (S.MultiplyAdd(s, u, x4), S.MultiplyAdd(s, v, y4));
                s = S.Broadcast(a3[2 * row]);
                (x5, y5) = (S.MultiplyAdd(s, u, x5), S.MultiplyAdd(s, v, y5));
                b0 += stepB;
                a0 += stepA;
                a3 += stepA;
            }
        }

        S.Store(x0, c);
        S.Store(y0, c + n);
        S.Store(x1, c + rowC);
        S.Store(y1, c + rowC + n);
        S.Store(x2, c + 2 * rowC);
        S.Store(y2, c + 2 * rowC + n);
        S.Store(x3, c + 3 * rowC);
        S.Store(y3, c + 3 * rowC + n);
        S.Store(x4, c + 4 * rowC);
        S.Store(y4, c + 4 * rowC + n);
        S.Store(x5, c + 5 * rowC);
        S.Store(y5, c + 5 * rowC + n);
    }

    /// <summary>A tile of 4 rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4(in Product p, float* a, float* b, float* c)
    {
        int n = S.Count;
        nint row = p.RowA, stepA = p.StepA, stepB = p.StepB, rowC = p.RowC;
        V x0 = S.Zero, x1 = S.Zero, x2 = S.Zero, x3 = S.Zero;
        V y0 = S.Zero, y1 = S.Zero, y2 = S.Zero, y3 = S.Zero;
        if (p.Accumulate)
        {
            (x0, y0) = (S.Load(c), S.Load(c + n));
            (x1, y1) = (S.Load(c + rowC), S.Load(c + rowC + n));
            (x2, y2) = (S.Load(c + 2 * rowC), S.Load(c + 2 * rowC + n));
            (x3, y3) = (S.Load(c + 3 * rowC), S.Load(c + 3 * rowC + n));
        }

        for (int t = 0; t < p.Taps; t++)
        {
            float* b0 = b + p.OffsetsB[t];
            float* a0 = a + p.OffsetsA[t];
            float* a3 = a + p.OffsetsA[t] + 3 * row;
            for (int k = p.Inner; k > 0; k--)
            {
                V u = S.Load(b0), v = S.Load(b0 + n), s;
                s = S.Broadcast(*a0);
                (x0, y0) = (S.MultiplyAdd(s, u, x0), S.MultiplyAdd(s, v, y0));
                s = S.Broadcast(a0[row]);
                (x1, y1) = (S.MultiplyAdd(s, u, x1), S.MultiplyAdd(s, v, y1));
                s = S.Broadcast(a0[2 * row]);
                (x2, y2) = (S.MultiplyAdd(s, u, x2), S.MultiplyAdd(s, v, y2));
                s = S.Broadcast(*a3);
                (x3, y3) = (S.MultiplyAdd(s, u, x3), S.MultiplyAdd(s, v, y3));
                b0 += stepB;
                a0 += stepA;
                a3 += stepA;
            }
        }

        S.Store(x0, c);
        S.Store(y0, c + n);
        S.Store(x1, c + rowC);
        S.Store(y1, c + rowC + n);
        S.Store(x2, c + 2 * rowC);
        S.Store(y2, c + 2 * rowC + n);
        S.Store(x3, c + 3 * rowC);
        S.Store(y3, c + 3 * rowC + n);
    }

    /// <summary>A tile of 1 row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile1(in Product p, float* a, float* b, float* c)
    {
        int n = S.Count;
        nint row = p.RowA, stepA = p.StepA, stepB = p.StepB, rowC = p.RowC;
        V x0 = S.Zero;
        V y0 = S.Zero;
        if (p.Accumulate)
        {
            (x0, y0) = (S.Load(c), S.Load(c + n));
        }

        for (int t = 0; t < p.Taps; t++)
        {
            float* b0 = b + p.OffsetsB[t];
            float* a0 = a + p.OffsetsA[t];
            for (int k = p.Inner; k > 0; k--)
            {
                V u = S.Load(b0), v = S.Load(b0 + n), s;
                s = S.Broadcast(*a0);
                (x0, y0) = (S.MultiplyAdd(s, u, x0), S.MultiplyAdd(s, v, y0));
                b0 += stepB;
                a0 += stepA;
            }
        }

        S.Store(x0, c);
        S.Store(y0, c + n);
    }
}
