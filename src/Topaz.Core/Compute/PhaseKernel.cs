namespace Topaz.Compute;

/// <summary>
/// A transposed convolution with stride 2 and padding 1 as an ordinary one with a 3×3 kernel: the output's pixels (2x + px, 2y + py) are four
/// phases, further channels of pixel (x, y), and read no more of the input than its pixels x − 1 to x + 1.
/// </summary>
internal static unsafe class PhaseKernel
{
    /// <summary>The ordinary convolution.</summary>
    public static readonly Geometry Geometry = new(3, Padding: 1);

    /// <summary>Floats of the ordinary convolution's weights.</summary>
    public static long Size(int inputs, int channels) => (long)Geometry.Taps * inputs * View.Padded(4 * channels);

    /// <summary>Weights, taps × inputs × padded outputs, to those of the ordinary convolution, taps × inputs × padded phases.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="kernel">Elements across their kernel: 3 or 4.</param>
    /// <param name="inputs">Channels of the input.</param>
    /// <param name="channels">Channels of a phase, with the padding that they are stored with.</param>
    /// <param name="target"><see cref="Size"/> floats.</param>
    public static void Arrange(float* weights, int kernel, int inputs, int channels, float* target)
    {
        new Span<float>(target, (int)Size(inputs, channels)).Clear();
        foreach ((int from, int to) in Runs(kernel, inputs, channels))
            new Span<float>(weights + from, channels).CopyTo(new Span<float>(target + to, channels));
    }

    /// <summary>The transpose of <see cref="Arrange"/>, for gradients.</summary>
    public static void Restore(float* gradient, int kernel, int inputs, int channels, float* target)
    {
        foreach ((int to, int from) in Runs(kernel, inputs, channels))
            new Span<float>(gradient + from, channels).CopyTo(new Span<float>(target + to, channels));
    }

    /// <summary>Where the channels of each element and input lie in either order.</summary>
    private static IEnumerable<(int Stored, int Arranged)> Runs(int kernel, int inputs, int channels)
    {
        int outputs = View.Padded(channels), columns = View.Padded(4 * channels);
        for (int phase = 0; phase < 4; phase++)
        {
            for (int tap = 0; tap < Geometry.Taps; tap++)
            {
                // Output 2y + py takes the input's pixel y − 1 + ty times element 3 + py − 2ty of the kernel.
                int ky = 3 + phase / 2 - 2 * (tap / 3), kx = 3 + phase % 2 - 2 * (tap % 3);
                if (Math.Min(kx, ky) < 0 || Math.Max(kx, ky) >= kernel)
                    continue;
                for (int i = 0; i < inputs; i++)
                    yield return (((ky * kernel + kx) * inputs + i) * outputs, (tap * inputs + i) * columns + phase * channels);
            }
        }
    }
}
