using System.IO.Compression;

namespace Topaz.Images;

/// <summary>Unpacks strips and tiles of TIFF files: LZW, Deflate and PackBits (TIFF 6.0, sections 9 and 13, and the Deflate supplement).</summary>
internal static class TiffCompression
{
    private const int None = 1, Lzw = 5, Deflate = 8, PackBits = 32773, OldDeflate = 32946;

    /// <summary>How many bytes one packed byte can become at most.</summary>
    public static int? GreatestRatio(long compression) => compression switch
    {
        None => 1,
        // Codes of up to 12 bits stand for up to 3,838 bytes, on the average for half of that.
        Lzw => 2048,
        Deflate or OldDeflate => 1032,
        PackBits => 64,
        _ => null,
    };

    /// <summary>Unpacks data that are packed into <paramref name="target"/>.</summary>
    /// <returns>How many bytes there were; fewer than wanted where the data end too early or are damaged.</returns>
    public static int Unpack(long compression, byte[] packed, Span<byte> target)
    {
        switch (compression)
        {
            case Lzw:
                return UnpackLzw(packed, target);
            case PackBits:
                return UnpackBits(packed, target);
            default:
                using (var stream = new ZLibStream(new MemoryStream(packed), CompressionMode.Decompress))
                    return stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false);
        }
    }

    private static int UnpackBits(ReadOnlySpan<byte> packed, Span<byte> target)
    {
        int from = 0, to = 0;
        while (from < packed.Length - 1 && to < target.Length)
        {
            sbyte count = (sbyte)packed[from++];
            if (count >= 0)
            {
                int some = Math.Min(Math.Min(count + 1, packed.Length - from), target.Length - to);
                packed.Slice(from, some).CopyTo(target[to..]);
                from += count + 1;
                to += some;
            }
            else if (count != sbyte.MinValue)
            {
                int some = Math.Min(1 - count, target.Length - to);
                target.Slice(to, some).Fill(packed[from++]);
                to += some;
            }
        }

        return to;
    }

    /// <summary>
    /// Codes of 9 to 12 bits, the most significant bit first. The text of a code is kept as where in the output it was written, for it was
    /// written there when the code was made.
    /// </summary>
    private static int UnpackLzw(ReadOnlySpan<byte> packed, Span<byte> target)
    {
        const int Clear = 256, End = 257, First = 258, Codes = 4096;
        Span<int> starts = stackalloc int[Codes], lengths = stackalloc int[Codes];
        int next = First, width = 9, bits = 0, held = 0, from = 0, to = 0;
        // The text of the code before this one; none behind a clear code.
        (int Start, int Length) before = default;
        while (to < target.Length)
        {
            while (bits < width)
            {
                if (from == packed.Length)
                    return to;
                held = held << 8 | packed[from++];
                bits += 8;
            }

            int code = held >> (bits - width) & ((1 << width) - 1);
            bits -= width;
            held &= (1 << bits) - 1;
            if (code == End)
                return to;
            if (code == Clear)
            {
                (next, width, before) = (First, 9, default);
                continue;
            }

            int start = to;
            if (code < Clear)
            {
                target[to++] = (byte)code;
            }
            else if (code < next)
            {
                Repeat(starts[code], lengths[code], target, ref to);
            }
            else if (code == next && before.Length > 0)
            {
                // The code that is just being made: the text before and its first byte again.
                Repeat(before.Start, before.Length, target, ref to);
                if (to < target.Length)
                    target[to++] = target[before.Start];
            }
            else
            {
                return start;
            }

            // A new code is the text before and the first byte of this one, which follows it in the output.
            if (before.Length > 0 && next < Codes)
            {
                (starts[next], lengths[next]) = (before.Start, before.Length + 1);
                next++;
                if (next == (1 << width) - 1 && width < 12)
                    width++;
            }

            before = (start, to - start);
        }

        return to;
    }

    private static void Repeat(int start, int length, Span<byte> target, ref int to)
    {
        length = Math.Min(length, target.Length - to);
        // Texts may reach into what is being written, so byte by byte where they do.
        if (start + length <= to)
            target.Slice(start, length).CopyTo(target[to..]);
        else
        {
            for (int i = 0; i < length; i++)
                target[to + i] = target[start + i];
        }

        to += length;
    }
}
