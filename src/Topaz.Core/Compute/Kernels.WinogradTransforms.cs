using System.Runtime.CompilerServices;

namespace Topaz.Compute;

/// <summary>
/// The transforms of <see cref="Winograd"/> in one direction. With pixels d_k and points a_j, evaluation (the transpose of interpolation by the
/// kernel's polynomial) is, at a point a, Σ d_k times the coefficients of Π (x − b) over the other points b, and at ∞ over all points; output i is
/// interpolated as Σ aⁱ times the product at each point a, the point ∞ counting for the last one. ±a share their even and odd terms.
/// </summary>
internal sealed unsafe partial class Kernels<V, S>
{
    private interface ITransform
    {
        /// <summary>Pixels, and points.</summary>
        static abstract int Tile { get; }

        /// <summary>Pixels at the points.</summary>
        static abstract void Evaluate(float* from, nint* offsets, float* to, nint step);

        /// <summary>Products at the points to outputs.</summary>
        static abstract void Interpolate(float* from, nint fromStep, int outputs, float* to, nint toStep);
    }

    /// <summary>The points 0, ±a, ±b, ∞ with four outputs, and, for gradients, both transforms transposed.</summary>
    private readonly struct SixPoints : ITransform
    {
        public const int Size = 6, Outputs = 4;

        // The points, their squares, and the coefficients of (x² − a²)(x² − b²) = x⁴ − SquareSum · x² + SquareProduct.
        private const float A = Winograd.InnerPoint, B = Winograd.OuterPoint, A2 = A * A, B2 = B * B, SquareSum = A2 + B2, SquareProduct = A2 * B2;

        public static int Tile => Size;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Evaluate(float* from, nint* offsets, float* to, nint step)
        {
            V d0 = S.Load(from + offsets[0]), d1 = S.Load(from + offsets[1]), d2 = S.Load(from + offsets[2]), d3 = S.Load(from + offsets[3]),
                d4 = S.Load(from + offsets[4]), d5 = S.Load(from + offsets[5]);
            S.Store(S.MultiplyAdd(d0, S.Broadcast(SquareProduct), S.MultiplyAdd(d2, S.Broadcast(-SquareSum), d4)), to);
            V even = S.MultiplyAdd(d2, S.Broadcast(-B2), d4), odd = S.MultiplyAdd(d1, S.Broadcast(-B2), d3);
            S.Store(S.MultiplyAdd(odd, S.Broadcast(A), even), to + step);
            S.Store(S.MultiplyAdd(odd, S.Broadcast(-A), even), to + 2 * step);
            (even, odd) = (S.MultiplyAdd(d2, S.Broadcast(-A2), d4), S.MultiplyAdd(d1, S.Broadcast(-A2), d3));
            S.Store(S.MultiplyAdd(odd, S.Broadcast(B), even), to + 3 * step);
            S.Store(S.MultiplyAdd(odd, S.Broadcast(-B), even), to + 4 * step);
            S.Store(S.MultiplyAdd(d1, S.Broadcast(SquareProduct), S.MultiplyAdd(d3, S.Broadcast(-SquareSum), d5)), to + 5 * step);
        }

        /// <summary>What the points contribute to the pixels. May work in place.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void EvaluateTransposed(float* from, nint fromStep, float* to, nint toStep)
        {
            (V zero, V evenA, V oddA, V evenB, V oddB, V infinity) = LoadPoints(from, fromStep);
            S.Store(S.Multiply(zero, S.Broadcast(SquareProduct)), to);
            V outer = S.MultiplyAdd(infinity, S.Broadcast(SquareProduct), S.Multiply(oddA, S.Broadcast(-A * B2)));
            S.Store(S.MultiplyAdd(oddB, S.Broadcast(-B * A2), outer), to + toStep);
            outer = S.MultiplyAdd(zero, S.Broadcast(-SquareSum), S.Multiply(evenA, S.Broadcast(-B2)));
            S.Store(S.MultiplyAdd(evenB, S.Broadcast(-A2), outer), to + 2 * toStep);
            outer = S.MultiplyAdd(infinity, S.Broadcast(-SquareSum), S.Multiply(oddA, S.Broadcast(A)));
            S.Store(S.MultiplyAdd(oddB, S.Broadcast(B), outer), to + 3 * toStep);
            S.Store(S.Add(zero, S.Add(evenA, evenB)), to + 4 * toStep);
            S.Store(infinity, to + 5 * toStep);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Interpolate(float* from, nint fromStep, int outputs, float* to, nint toStep)
        {
            (V zero, V evenA, V oddA, V evenB, V oddB, V infinity) = LoadPoints(from, fromStep);
            S.Store(S.Add(zero, S.Add(evenA, evenB)), to);
            S.Store(S.MultiplyAdd(oddB, S.Broadcast(B), S.Multiply(oddA, S.Broadcast(A))), to + toStep);
            S.Store(S.MultiplyAdd(evenB, S.Broadcast(B2), S.Multiply(evenA, S.Broadcast(A2))), to + 2 * toStep);
            S.Store(S.MultiplyAdd(oddB, S.Broadcast(B * B2), S.MultiplyAdd(oddA, S.Broadcast(A * A2), infinity)), to + 3 * toStep);
        }

        /// <summary>What the outputs' gradients are at the points.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void InterpolateTransposed(V g0, V g1, V g2, V g3, float* to, nint step)
        {
            V even = S.MultiplyAdd(g2, S.Broadcast(A2), g0), odd = S.MultiplyAdd(g3, S.Broadcast(A2), g1);
            S.Store(g0, to);
            S.Store(S.MultiplyAdd(odd, S.Broadcast(A), even), to + step);
            S.Store(S.MultiplyAdd(odd, S.Broadcast(-A), even), to + 2 * step);
            (even, odd) = (S.MultiplyAdd(g2, S.Broadcast(B2), g0), S.MultiplyAdd(g3, S.Broadcast(B2), g1));
            S.Store(S.MultiplyAdd(odd, S.Broadcast(B), even), to + 3 * step);
            S.Store(S.MultiplyAdd(odd, S.Broadcast(-B), even), to + 4 * step);
            S.Store(g3, to + 5 * step);
        }

        /// <summary>Values at the points, those at ±a and ±b as sums and differences.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static (V Zero, V EvenA, V OddA, V EvenB, V OddB, V Infinity) LoadPoints(float* from, nint step)
        {
            V pa = S.Load(from + step), na = S.Load(from + 2 * step), pb = S.Load(from + 3 * step), nb = S.Load(from + 4 * step);
            return (S.Load(from), S.Add(pa, na), S.Subtract(pa, na), S.Add(pb, nb), S.Subtract(pb, nb), S.Load(from + 5 * step));
        }
    }

    /// <summary>The points 0, ±1, ±½, ±2, ∞, whose powers and polynomials are written out.</summary>
    private readonly struct EightPoints : ITransform
    {
        public static int Tile => 8;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Evaluate(float* from, nint* offsets, float* to, nint step)
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

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Interpolate(float* from, nint fromStep, int outputs, float* to, nint toStep)
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
    }
}
