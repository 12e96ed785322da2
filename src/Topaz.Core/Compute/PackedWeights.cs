namespace Topaz.Compute;

/// <summary>
/// Weights in the order in which the product kernel reads them: for each block of output columns all taps, for each tap all
/// inner channels, for each of these the block's columns.
/// </summary>
/// <param name="Address">First float.</param>
/// <param name="Inner">Channels summed over.</param>
/// <param name="Columns">Channels computed, padded.</param>
internal readonly unsafe record struct PackedWeights(nint Address, int Inner, int Columns)
{
    public float* Data => (float*)Address;

    /// <summary>Floats needed for a kernel of that many taps.</summary>
    public static long Size(int taps, int inner, int columns) => (long)taps * inner * View.Padded(columns);

    /// <summary>
    /// Packs weights stored as taps × inputs × padded outputs. Forward, inputs are summed over and outputs computed;
    /// <paramref name="backward"/>, the other way round.
    /// </summary>
    public static PackedWeights Pack(
        float* weights, int taps, int inputs, int outputs, bool backward, int blockWidth, float* target)
    {
        int storedOutputs = View.Padded(outputs);
        int inner = backward ? outputs : inputs, columns = View.Padded(backward ? inputs : outputs);
        float* next = target;
        for (int start = 0; start < columns; start += blockWidth)
        {
            int width = Math.Min(blockWidth, columns - start);
            for (int tap = 0; tap < taps; tap++, next += (nint)inner * width)
            {
                float* w = weights + (nint)tap * inputs * storedOutputs;
                if (!backward)
                {
                    for (int k = 0; k < inner; k++)
                        new Span<float>(w + (nint)k * storedOutputs + start, width).CopyTo(new Span<float>(next + (nint)k * width, width));
                    continue;
                }

                // Read in the order of memory; columns of padding are zeros.
                for (int n = 0; n < width; n++)
                {
                    float* row = w + (nint)(start + n) * storedOutputs;
                    for (int k = 0; k < inner; k++)
                        next[(nint)k * width + n] = start + n < inputs ? row[k] : 0;
                }
            }
        }

        return new PackedWeights((nint)target, inner, columns);
    }
}
