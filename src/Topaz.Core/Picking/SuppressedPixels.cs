using Topaz.Particles;

namespace Topaz.Picking;

/// <summary>Which pixels of a map the picks so far suppress: one bit each, row-major, so that all of them stay in the cache.</summary>
internal sealed class SuppressedPixels(int width, int height, int radius)
{
    private readonly int[] _halfWidths = Disc.HalfWidths(radius);
    private readonly ulong[] _words = new ulong[(width * height - 1) / 64 + 1];

    /// <summary>64 pixels each, the first in the lowest bit.</summary>
    public ReadOnlySpan<ulong> Words => _words;

    public bool this[int pixel] => (_words[pixel >> 6] >> pixel & 1) != 0;

    /// <summary>Suppresses the disc around a pick, clipped at borders.</summary>
    public void AddDisc(int x, int y)
    {
        // Almost half of the time of picking from noise is spent here, and fields would be read again for each row.
        int[] halfWidths = _halfWidths;
        ulong[] words = _words;
        int bottom = Math.Min(height - 1, y + radius);
        for (int row = Math.Max(0, y - radius); row <= bottom; row++)
        {
            int reach = halfWidths[row - y + radius];
            int first = row * width + Math.Max(0, x - reach), last = row * width + Math.Min(width - 1, x + reach);
            int word = first >> 6, end = last >> 6;
            // Shifts count modulo 64.
            ulong bits = ulong.MaxValue << first;
            for (; word < end; word++, bits = ulong.MaxValue)
                words[word] |= bits;
            words[word] |= bits & ulong.MaxValue >> ~last;
        }
    }
}
