using System.Numerics;
using System.Runtime.CompilerServices;

namespace Topaz.Images;

/// <summary>
/// Real images through Fourier space and back to the same or a smaller size: rows, then columns down and up again, then rows.
/// Nothing that the smaller size discards is transformed, except within the rows themselves.
/// </summary>
/// <remarks>
/// Between the two directions the spectrum lies in blocks of as many columns as a vector has lanes, so that a column pass
/// reads and writes whole vectors, in order. Rows are gathered into lanes two by two, one as the real and one as the
/// imaginary part, because two real signals fit into one complex transform. Every batch of rows and every block of columns is
/// computed alone and in the same way, so the result does not depend on the number of threads.
/// </remarks>
internal sealed unsafe class RealTransform
{
    private readonly int _width, _height, _outWidth, _outHeight, _columns;
    private readonly ParallelOptions _parallelism;
    private readonly float[] _re, _im;

    private RealTransform(int width, int height, int outWidth, int outHeight, int threads)
    {
        (_width, _height, _outWidth, _outHeight, _parallelism) = (width, height, outWidth, outHeight, Parallelism.Of(threads));
        _columns = outWidth / 2 + 1;
        long size = (long)Blocks * height * Fft.Lanes;
        _re = GC.AllocateUninitializedArray<float>(checked((int)size));
        _im = GC.AllocateUninitializedArray<float>(checked((int)size));
    }

    private int Blocks => (_columns + Fft.Lanes - 1) / Fft.Lanes;

    /// <summary>
    /// Keeps the lowest <paramref name="outWidth"/> × <paramref name="outHeight"/> frequencies of an image, multiplies each by
    /// <paramref name="gain"/>(fx, fy), frequencies in cycles per input pixel, and returns to real space, grey values kept
    /// in scale. An even side keeps its highest frequency once, the negative one; an odd side as many negative as positive ones.
    /// </summary>
    public static float[] Resample(
        float[] pixels, int width, int height, int outWidth, int outHeight, Func<double, double, double>? gain, int threads)
    {
        // A level far from zero would cost digits in single precision, so it travels beside the transform.
        double level = RoughMean(pixels, width, height);
        RealTransform transform = new(width, height, outWidth, outHeight, threads);
        transform.RowsForward(pixels, (float)level);
        transform.Columns(gain);
        return transform.RowsInverse((float)((float)level * (gain?.Invoke(0, 0) ?? 1)));
    }

    private static double RoughMean(float[] pixels, int width, int height)
    {
        double sum = 0;
        int rows = 0;
        for (int y = 0; y < height; y += Math.Max(1, height / 32), rows++)
        {
            foreach (float pixel in pixels.AsSpan(y * width, width))
                sum += pixel;
        }

        return sum / ((double)rows * width);
    }

    private void RowsForward(float[] pixels, float level)
    {
        Fft fft = new(_width);
        int lanes = Fft.Lanes, rows = 2 * lanes;
        ForEach((_height + rows - 1) / rows, 2 * _width + fft.ScratchLength, (batch, start) =>
        {
            Vector<float>* re = start, im = re + _width;
            fixed (float* image = pixels)
            {
                for (int lane = 0; lane < lanes; lane++)
                {
                    Gather(image, batch * rows + lane, (float*)re + lane, level);
                    Gather(image, batch * rows + lanes + lane, (float*)im + lane, level);
                }
            }

            fft.Forward(re, im, im + _width);
            Separate(re, im, batch * rows);
        });
    }

    /// <summary>Spreads a row over one lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Gather(float* image, int row, float* lane, float level)
    {
        int lanes = Fft.Lanes;
        if (row >= _height)
        {
            for (int x = 0; x < _width; x++)
                lane[x * lanes] = 0;
            return;
        }

        float* from = image + (long)row * _width;
        for (int x = 0; x < _width; x++)
            lane[x * lanes] = from[x] - level;
    }

    /// <summary>From Z, the transform of a + ib, stores A = (Z[k] + Z*[−k]) / 2 and B = (Z[k] − Z*[−k]) / 2i for the columns
    /// kept.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Separate(Vector<float>* re, Vector<float>* im, int firstRow)
    {
        int lanes = Fft.Lanes;
        Vector<float>* tile = stackalloc Vector<float>[4 * lanes];
        for (int block = 0; block < Blocks; block++)
        {
            for (int i = 0; i < lanes; i++)
            {
                int k = Math.Min(block * lanes + i, _columns - 1), mirror = k == 0 ? 0 : _width - k;
                Vector<float> half = new(0.5f);
                tile[i] = half * (re[k] + re[mirror]);
                tile[i + lanes] = half * (im[k] - im[mirror]);
                tile[i + 2 * lanes] = half * (im[k] + im[mirror]);
                tile[i + 3 * lanes] = half * (re[mirror] - re[k]);
            }

            for (int lane = 0; lane < lanes; lane++)
            {
                Scatter(tile, lane, block, firstRow + lane);
                Scatter(tile + 2 * lanes, lane, block, firstRow + lanes + lane);
            }
        }
    }

    private void Scatter(Vector<float>* tile, int lane, int block, int row)
    {
        if (row >= _height)
            return;
        int lanes = Fft.Lanes, offset = (block * _height + row) * lanes;
        Span<float> re = _re.AsSpan(offset, lanes), im = _im.AsSpan(offset, lanes);
        float* from = (float*)tile + lane;
        for (int i = 0; i < lanes; i++)
        {
            re[i] = from[i * lanes];
            im[i] = from[(i + lanes) * lanes];
        }
    }

    private void Columns(Func<double, double, double>? gain)
    {
        Fft forward = new(_height), inverse = _outHeight == _height ? forward : new(_outHeight);
        float scale = (float)(1 / ((double)_width * _height));
        int positive = (_outHeight + 1) / 2, lanes = Fft.Lanes;
        ForEach(Blocks, 2 * _height + Math.Max(forward.ScratchLength, inverse.ScratchLength), (block, start) =>
        {
            Vector<float>* re = start, im = re + _height, scratch = im + _height;
            int offset = block * _height * lanes, count = _height * lanes;
            _re.AsSpan(offset, count).CopyTo(new Span<float>(re, count));
            _im.AsSpan(offset, count).CopyTo(new Span<float>(im, count));
            forward.Forward(re, im, scratch);
            for (int row = 0; row < _outHeight; row++)
            {
                int from = row < positive ? row : _height - _outHeight + row;
                Vector<float> factor = new(scale);
                if (gain is not null)
                    factor *= Gains(gain, block, (double)(row < positive ? row : row - _outHeight) / _height);
                re[row] = re[from] * factor;
                im[row] = im[from] * factor;
            }

            inverse.Inverse(re, im, scratch);
            new ReadOnlySpan<float>(re, _outHeight * lanes).CopyTo(_re.AsSpan(offset));
            new ReadOnlySpan<float>(im, _outHeight * lanes).CopyTo(_im.AsSpan(offset));
        });
    }

    private Vector<float> Gains(Func<double, double, double> gain, int block, double fy)
    {
        Vector<float> gains = default;
        float* lane = (float*)&gains;
        for (int i = 0; i < Fft.Lanes; i++)
            lane[i] = (float)gain((double)Math.Min(block * Fft.Lanes + i, _columns - 1) / _width, fy);
        return gains;
    }

    private float[] RowsInverse(float level)
    {
        Fft fft = new(_outWidth);
        int lanes = Fft.Lanes, rows = 2 * lanes;
        float[] pixels = GC.AllocateUninitializedArray<float>(_outWidth * _outHeight);
        ForEach((_outHeight + rows - 1) / rows, 2 * _outWidth + fft.ScratchLength, (batch, start) =>
        {
            Vector<float>* re = start, im = re + _outWidth;
            Combine(re, im, batch * rows);
            fft.Inverse(re, im, im + _outWidth);
            for (int lane = 0; lane < lanes; lane++)
            {
                Store((float*)re + lane, batch * rows + lane);
                Store((float*)im + lane, batch * rows + lanes + lane);
            }
        });
        return pixels;

        void Store(float* lane, int row)
        {
            if (row >= _outHeight)
                return;
            Span<float> to = pixels.AsSpan(row * _outWidth, _outWidth);
            for (int x = 0; x < to.Length; x++)
                to[x] = lane[x * lanes] + level;
        }
    }

    /// <summary>The reverse of <see cref="Separate"/>: Z[k] = A[k] + iB[k] and, both rows being real, Z[−k] = A*[k] +
    /// iB*[k].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Combine(Vector<float>* re, Vector<float>* im, int firstRow)
    {
        int lanes = Fft.Lanes;
        Vector<float>* a = stackalloc Vector<float>[4 * lanes], b = a + 2 * lanes;
        for (int block = 0; block < Blocks; block++)
        {
            for (int lane = 0; lane < lanes; lane++)
            {
                Collect(a, lane, block, firstRow + lane);
                Collect(b, lane, block, firstRow + lanes + lane);
            }

            for (int i = 0; i < lanes && block * lanes + i < _columns; i++)
            {
                int k = block * lanes + i, mirror = _outWidth - k;
                Vector<float> ar = a[i], ai = a[i + lanes], br = b[i], bi = b[i + lanes];
                if (k == 0 || k == mirror)
                {
                    // The lowest and, of an even width, the highest frequency of a real row are real.
                    (re[k], im[k]) = (ar, br);
                    continue;
                }

                (re[k], im[k]) = (ar - bi, ai + br);
                (re[mirror], im[mirror]) = (ar + bi, br - ai);
            }
        }
    }

    private void Collect(Vector<float>* tile, int lane, int block, int row)
    {
        int lanes = Fft.Lanes, offset = (block * _height + Math.Min(row, _outHeight - 1)) * lanes;
        float* to = (float*)tile + lane;
        for (int i = 0; i < lanes; i++)
        {
            to[i * lanes] = _re[offset + i];
            to[(i + lanes) * lanes] = _im[offset + i];
        }
    }

    private delegate void Batch(int index, Vector<float>* buffer);

    /// <summary>Runs every batch with room for so many vectors.</summary>
    private void ForEach(int batches, int vectors, Batch run) => Parallel.For(
        0,
        batches,
        _parallelism,
        () => new FftBuffer(vectors),
        (index, _, buffer) =>
        {
            run(index, buffer.Start);
            GC.KeepAlive(buffer);
            return buffer;
        },
        _ => { });
}
