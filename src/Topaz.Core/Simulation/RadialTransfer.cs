using Topaz.Images;

namespace Topaz.Simulation;

/// <summary>
/// A real transfer function that depends on the length of the spatial frequency alone, tabulated for square images.
/// </summary>
internal sealed class RadialTransfer
{
    private readonly int _size, _stride;
    private readonly float[] _quadrant;

    /// <summary>Tabulates <paramref name="transfer"/>, a function of the frequency in 1/Å.</summary>
    /// <param name="size">Rows and columns of the images; even.</param>
    /// <param name="pixelSize">Å per pixel.</param>
    /// <param name="transfer">The transfer.</param>
    public RadialTransfer(int size, double pixelSize, Func<double, double> transfer)
    {
        _size = size;
        _stride = size / 2 + 1;
        _quadrant = new float[_stride * _stride];
        for (int y = 0; y < _stride; y++)
        {
            for (int x = 0; x <= y; x++)
            {
                double frequency = Math.Sqrt((double)x * x + (double)y * y) / (size * pixelSize);
                _quadrant[y * _stride + x] = _quadrant[x * _stride + y] = (float)transfer(frequency);
            }
        }
    }

    /// <summary>Filters a row-major image of <c>size</c> × <c>size</c> pixels; its borders wrap around.</summary>
    public float[] Apply(float[] image)
    {
        // One thread: callers make many micrographs at once.
        return RealTransform.Resample(image, _size, _size, _size, _size, Gain, threads: 1);
    }

    /// <summary>The variance of white noise of variance 1 after this transfer.</summary>
    public double MeanSquare()
    {
        double sum = 0;
        for (int y = 0; y < _stride; y++)
        {
            for (int x = 0; x < _stride; x++)
                sum += Times(x) * Times(y) * _quadrant[y * _stride + x] * (double)_quadrant[y * _stride + x];
        }

        return sum / ((double)_size * _size);

        // Every frequency but the lowest and the highest also occurs with the other sign.
        int Times(int i) => i == 0 || i == _size / 2 ? 1 : 2;
    }

    /// <summary>The transfer at a frequency in cycles per pixel.</summary>
    private double Gain(double fx, double fy) =>
        _quadrant[(int)Math.Round(Math.Abs(fy) * _size) * _stride + (int)Math.Round(fx * _size)];
}
