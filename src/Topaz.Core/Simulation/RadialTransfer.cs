namespace Topaz.Simulation;

/// <summary>
/// A real transfer function that depends on the length of the spatial frequency alone, tabulated for square images.
/// </summary>
internal sealed class RadialTransfer
{
    private readonly int _size, _stride;
    private readonly float[] _quadrant;

    /// <summary>Tabulates <paramref name="transfer"/>, a function of the frequency in 1/Å.</summary>
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

    /// <summary>The transfer at column u and row v of an unshifted Fourier transform.</summary>
    public float this[int u, int v] => _quadrant[Math.Min(v, _size - v) * _stride + Math.Min(u, _size - u)];

    /// <summary>The variance of white noise of variance 1 after this transfer.</summary>
    public double MeanSquare()
    {
        double sum = 0;
        for (int v = 0; v < _size; v++)
        {
            for (int u = 0; u < _size; u++)
                sum += this[u, v] * (double)this[u, v];
        }

        return sum / ((double)_size * _size);
    }
}
