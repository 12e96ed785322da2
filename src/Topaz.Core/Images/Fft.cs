using System.Numerics;
using System.Runtime.CompilerServices;

namespace Topaz.Images;

/// <summary>
/// A plan for discrete Fourier transforms of one length, in single precision with twiddles computed in double.
/// It transforms <see cref="Lanes"/> signals at once, one in each lane of a vector: every butterfly is then plain vector
/// arithmetic, whatever the length, and a block of neighbouring image columns is transformed without being transposed.
/// </summary>
/// <remarks>
/// Self-sorting (Stockham) passes of radix 4, 2 and odd primes; see Van Loan, "Computational Frameworks for the Fast Fourier
/// Transform", 1992. Detectors have sides such as 3838 = 2·19·101, so odd primes up to 127 have a direct butterfly, which
/// at these sizes costs less than a detour over powers of two. Greater primes take that detour (<see cref="Chirp"/>).
/// A plan holds no state: threads may share it, each with its own buffers.
/// The passes are optimised at their first call (here, in <see cref="RealTransform"/> and <see cref="GaussianMixture"/>): a
/// command that prepares one 4096² micrograph would else spend half its time in code not yet optimised (0.30 against 0.15 s).
/// </remarks>
internal sealed unsafe class Fft
{
    private const int GreatestDirectPrime = 127;

    private readonly Pass[] _passes;
    private readonly Chirp? _chirp;

    public Fft(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        Length = length;
        List<int> radices = Factorize(length);
        if (radices.Count > 0 && radices[^1] > GreatestDirectPrime)
        {
            _chirp = new Chirp(length);
            _passes = [];
            ScratchLength = _chirp.ScratchLength;
            return;
        }

        _passes = new Pass[radices.Count];
        int remaining = length, stride = 1;
        for (int i = 0; i < _passes.Length; i++)
        {
            remaining /= radices[i];
            _passes[i] = new Pass(radices[i], remaining, stride);
            stride *= radices[i];
        }

        ScratchLength = 2 * length;
    }

    /// <summary>How many signals are transformed at once.</summary>
    public static int Lanes => Vector<float>.Count;

    /// <summary>Samples in a signal.</summary>
    public int Length { get; }

    /// <summary>Vectors of scratch space that a transform needs.</summary>
    public int ScratchLength { get; }

    /// <summary>
    /// Replaces the signals by their transforms Σₙ xₙ exp(−2πi nk / N), not scaled. <paramref name="re"/> and
    /// <paramref name="im"/> hold <see cref="Length"/> vectors each.
    /// </summary>
    public void Forward(Vector<float>* re, Vector<float>* im, Vector<float>* scratch)
    {
        if (_chirp is not null)
        {
            _chirp.Forward(re, im, scratch);
            return;
        }

        Vector<float>* fromRe = re, fromIm = im, toRe = scratch, toIm = scratch + Length;
        foreach (Pass pass in _passes)
        {
            pass.Run(fromRe, fromIm, toRe, toIm);
            Vector<float>* doneRe = toRe, doneIm = toIm;
            toRe = fromRe;
            toIm = fromIm;
            fromRe = doneRe;
            fromIm = doneIm;
        }

        if (fromRe != re)
        {
            new ReadOnlySpan<Vector<float>>(fromRe, Length).CopyTo(new Span<Vector<float>>(re, Length));
            new ReadOnlySpan<Vector<float>>(fromIm, Length).CopyTo(new Span<Vector<float>>(im, Length));
        }
    }

    /// <summary>The same with exp(+2πi nk / N), not scaled: <c>Forward</c> then <c>Inverse</c> multiplies by the
    /// length.</summary>
    public void Inverse(Vector<float>* re, Vector<float>* im, Vector<float>* scratch) => Forward(im, re, scratch);

    /// <summary>Radices in the order of the passes; the greatest prime is last.</summary>
    private static List<int> Factorize(int length)
    {
        List<int> radices = [];
        for (; length % 4 == 0; length /= 4)
            radices.Add(4);
        for (int prime = 2; length > 1; prime++)
        {
            if ((long)prime * prime > length)
                prime = length;
            for (; length % prime == 0; length /= prime)
                radices.Add(prime);
        }

        return radices;
    }

    /// <summary>
    /// One decimation-in-frequency pass. With R the radix, M the length that remains and S the stride (the product of the
    /// radices before), it maps x[q + S(p + Mj)] to y[q + S(Rp + k)] = exp(−2πi pk / RM) Σⱼ x[q + S(p + Mj)] exp(−2πi jk / R).
    /// </summary>
    private sealed class Pass
    {
        private readonly int _radix, _remaining, _stride;

        /// <summary>exp(−2πi pk / RM) for p = 0 … M−1 and k = 1 … R−1, as pairs of real and imaginary part.</summary>
        private readonly float[] _twiddles;

        /// <summary>Pairs cos, sin of 2πjk / R for k, j = 1 … (R−1)/2, row by row; empty for radix 2 and 4.</summary>
        private readonly float[] _roots;

        public Pass(int radix, int remaining, int stride)
        {
            (_radix, _remaining, _stride) = (radix, remaining, stride);
            _twiddles = new float[2 * remaining * (radix - 1)];
            for (int p = 0, i = 0; p < remaining; p++)
            {
                for (int k = 1; k < radix; k++)
                {
                    (double sin, double cos) = Math.SinCos(-2 * Math.PI * ((double)p * k) / ((double)radix * remaining));
                    (_twiddles[i++], _twiddles[i++]) = ((float)cos, (float)sin);
                }
            }

            int half = radix % 2 == 1 ? (radix - 1) / 2 : 0;
            _roots = new float[2 * half * half];
            for (int k = 1, i = 0; k <= half; k++)
            {
                for (int j = 1; j <= half; j++)
                {
                    (double sin, double cos) = Math.SinCos(2 * Math.PI * (j * k % radix) / radix);
                    (_roots[i++], _roots[i++]) = ((float)cos, (float)sin);
                }
            }
        }

        public void Run(Vector<float>* xr, Vector<float>* xi, Vector<float>* yr, Vector<float>* yi)
        {
            fixed (float* twiddles = _twiddles, roots = _roots)
            {
                if (_radix == 4)
                    Radix4(xr, xi, yr, yi, twiddles);
                else if (_radix == 2)
                    Radix2(xr, xi, yr, yi, twiddles);
                else
                    RadixOdd(xr, xi, yr, yi, twiddles, roots);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Radix2(Vector<float>* xr, Vector<float>* xi, Vector<float>* yr, Vector<float>* yi, float* twiddles)
        {
            int half = _stride * _remaining;
            for (int p = 0; p < _remaining; p++, twiddles += 2)
            {
                Vector<float> wr = new(twiddles[0]), wi = new(twiddles[1]);
                for (int i = p * _stride, o = 2 * i, end = i + _stride; i < end; i++, o++)
                {
                    Vector<float> ar = xr[i], ai = xi[i], br = xr[i + half], bi = xi[i + half];
                    yr[o] = ar + br;
                    yi[o] = ai + bi;
                    Rotate(ar - br, ai - bi, wr, wi, yr + o + _stride, yi + o + _stride);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Radix4(Vector<float>* xr, Vector<float>* xi, Vector<float>* yr, Vector<float>* yi, float* twiddles)
        {
            int s = _stride, quarter = s * _remaining;
            for (int p = 0; p < _remaining; p++, twiddles += 6)
            {
                Vector<float> w1r = new(twiddles[0]), w1i = new(twiddles[1]);
                Vector<float> w2r = new(twiddles[2]), w2i = new(twiddles[3]);
                Vector<float> w3r = new(twiddles[4]), w3i = new(twiddles[5]);
                for (int i = p * s, o = 4 * i, end = i + s; i < end; i++, o++)
                {
                    Vector<float> ar = xr[i], br = xr[i + quarter], cr = xr[i + 2 * quarter], dr = xr[i + 3 * quarter];
                    Vector<float> ai = xi[i], bi = xi[i + quarter], ci = xi[i + 2 * quarter], di = xi[i + 3 * quarter];
                    Vector<float> sumAcR = ar + cr, sumAcI = ai + ci, sumBdR = br + dr, sumBdI = bi + di;
                    Vector<float> difAcR = ar - cr, difAcI = ai - ci, difBdR = br - dr, difBdI = bi - di;
                    yr[o] = sumAcR + sumBdR;
                    yi[o] = sumAcI + sumBdI;
                    Rotate(difAcR + difBdI, difAcI - difBdR, w1r, w1i, yr + o + s, yi + o + s);
                    Rotate(sumAcR - sumBdR, sumAcI - sumBdI, w2r, w2i, yr + o + 2 * s, yi + o + 2 * s);
                    Rotate(difAcR - difBdI, difAcI + difBdR, w3r, w3i, yr + o + 3 * s, yi + o + 3 * s);
                }
            }
        }

        /// <summary>
        /// An odd prime directly, terms j and R−j taken together: with s = xⱼ + x₍R₋ⱼ₎ and d = xⱼ − x₍R₋ⱼ₎ the outputs k and
        /// R−k are P ∓ iQ, P = x₀ + Σ s cos(2πjk/R), Q = Σ d sin(2πjk/R): a quarter of the multiplications.
        /// </summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void RadixOdd(
            Vector<float>* xr, Vector<float>* xi, Vector<float>* yr, Vector<float>* yi, float* twiddles, float* roots)
        {
            int half = (_radix - 1) / 2, s = _stride, part = s * _remaining;
            Vector<float>* pairs = stackalloc Vector<float>[4 * half];
            for (int p = 0; p < _remaining; p++, twiddles += 2 * (_radix - 1))
            {
                for (int i = p * s, o = _radix * i, end = i + s; i < end; i++, o++)
                {
                    Vector<float> ar = xr[i], ai = xi[i], totalR = ar, totalI = ai;
                    Vector<float>* pair = pairs;
                    for (int j = 1; j <= half; j++, pair += 4)
                    {
                        int a = i + j * part, b = i + (_radix - j) * part;
                        totalR += pair[0] = xr[a] + xr[b];
                        totalI += pair[1] = xi[a] + xi[b];
                        pair[2] = xr[a] - xr[b];
                        pair[3] = xi[a] - xi[b];
                    }

                    yr[o] = totalR;
                    yi[o] = totalI;
                    float* root = roots;
                    for (int k = 1; k <= half; k++)
                    {
                        Vector<float> pr = ar, pi = ai, qr = Vector<float>.Zero, qi = Vector<float>.Zero;
                        pair = pairs;
                        for (int j = 0; j < half; j++, pair += 4, root += 2)
                        {
                            Vector<float> cos = new(root[0]), sin = new(root[1]);
                            pr = Vector.MultiplyAddEstimate(pair[0], cos, pr);
                            pi = Vector.MultiplyAddEstimate(pair[1], cos, pi);
                            qr = Vector.MultiplyAddEstimate(pair[2], sin, qr);
                            qi = Vector.MultiplyAddEstimate(pair[3], sin, qi);
                        }

                        float* w = twiddles + 2 * (k - 1), v = twiddles + 2 * (_radix - k - 1);
                        int up = o + k * s, down = o + (_radix - k) * s;
                        Rotate(pr + qi, pi - qr, new(w[0]), new(w[1]), yr + up, yi + up);
                        Rotate(pr - qi, pi + qr, new(v[0]), new(v[1]), yr + down, yi + down);
                    }
                }
            }
        }
    }

    private static void Rotate(
        Vector<float> re, Vector<float> im, Vector<float> wr, Vector<float> wi, Vector<float>* toRe, Vector<float>* toIm)
    {
        *toRe = re * wr - im * wi;
        *toIm = re * wi + im * wr;
    }

    /// <summary>
    /// Lengths with a great prime factor, as a convolution with a chirp by transforms of the next power of two:
    /// nk = (n² + k² − (k−n)²) / 2 (Bluestein, "A linear filtering approach to the computation of the discrete Fourier
    /// transform", 1970).
    /// </summary>
    private sealed class Chirp
    {
        private readonly Fft _inner;
        private readonly int _length;
        private readonly float[] _chirpRe, _chirpIm, _filterRe, _filterIm;

        public Chirp(int length)
        {
            _length = length;
            _inner = new Fft((int)BitOperations.RoundUpToPowerOf2((uint)(2 * length - 1)));
            int padded = _inner.Length;
            (_chirpRe, _chirpIm) = (new float[length], new float[length]);
            (_filterRe, _filterIm) = (new float[padded], new float[padded]);
            FftBuffer buffer = new(2 * padded + _inner.ScratchLength);
            Vector<float>* re = buffer.Start, im = re + padded;
            new Span<Vector<float>>(re, 2 * padded).Clear();
            for (int k = 0; k < length; k++)
            {
                // exp(−πi k²/N) has period 2N in k²; reducing it first keeps the angle exact.
                (double sin, double cos) = Math.SinCos(-Math.PI * ((long)k * k % (2L * length)) / length);
                (_chirpRe[k], _chirpIm[k]) = ((float)cos, (float)sin);
                re[k] = re[(padded - k) % padded] = new((float)cos);
                im[k] = im[(padded - k) % padded] = new(-(float)sin);
            }

            _inner.Forward(re, im, re + 2 * padded);
            for (int k = 0; k < padded; k++)
                (_filterRe[k], _filterIm[k]) = (re[k][0] / padded, im[k][0] / padded);
        }

        public int ScratchLength => 2 * _inner.Length + _inner.ScratchLength;

        public void Forward(Vector<float>* re, Vector<float>* im, Vector<float>* scratch)
        {
            int padded = _inner.Length;
            Vector<float>* workRe = scratch, workIm = workRe + padded, rest = workIm + padded;
            for (int k = 0; k < _length; k++)
                Rotate(re[k], im[k], new(_chirpRe[k]), new(_chirpIm[k]), workRe + k, workIm + k);
            new Span<Vector<float>>(workRe + _length, padded - _length).Clear();
            new Span<Vector<float>>(workIm + _length, padded - _length).Clear();
            _inner.Forward(workRe, workIm, rest);
            for (int k = 0; k < padded; k++)
                Rotate(workRe[k], workIm[k], new(_filterRe[k]), new(_filterIm[k]), workRe + k, workIm + k);
            _inner.Inverse(workRe, workIm, rest);
            for (int k = 0; k < _length; k++)
                Rotate(workRe[k], workIm[k], new(_chirpRe[k]), new(_chirpIm[k]), re + k, im + k);
        }
    }
}
