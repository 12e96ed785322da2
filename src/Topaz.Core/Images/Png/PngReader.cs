using System.Buffers.Binary;
using System.IO.Compression;

namespace Topaz.Images;

/// <summary>Reads PNG images (ISO/IEC 15948) as grey: of 1 to 16 bits, colours as the mean of red, green and blue, transparency left out.</summary>
internal static class PngReader
{
    private const int GreatestSide = 1 << 20, GreatestImage = 1 << 30, GreatestDeflateRatio = 1032;

    /// <summary>Whether a file begins like a PNG file.</summary>
    public static bool IsOne(ReadOnlySpan<byte> beginning) => beginning.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);

    public static Micrograph Read(ImageFile file)
    {
        using Stream stream = file.Seekable();
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        return Read(content, file.Name);
    }

    /// <summary>The size of an image, which the header tells.</summary>
    public static (int Width, int Height) Size(ImageFile file)
    {
        byte[] beginning = new byte[24];
        using Stream stream = file.Unpacked();
        if (stream.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false) < beginning.Length)
            throw new MicrographFormatException(file.Name, 8, "a header", "the end of the file");
        return (BinaryPrimitives.ReadInt32BigEndian(beginning.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(beginning.AsSpan(20)));
    }

    private static Micrograph Read(byte[] content, string name)
    {
        MicrographFormatException Refuse(long offset, string expected, string found) => new(name, offset, expected, found);

        byte[]? header = null, palette = null;
        var packed = new MemoryStream();
        for (int at = 8; ;)
        {
            if (content.Length - at < 12)
                throw Refuse(at, "another chunk", "the end of the file");
            uint length = BinaryPrimitives.ReadUInt32BigEndian(content.AsSpan(at));
            if (length > content.Length - at - 12)
                throw Refuse(at, $"a chunk of {length} bytes", $"{content.Length - at - 12} bytes");
            Span<byte> type = content.AsSpan(at + 4, 4), data = content.AsSpan(at + 8, (int)length);
            if (PngFile.CrcOf(type, data) != BinaryPrimitives.ReadUInt32BigEndian(content.AsSpan(at + 8 + (int)length)))
                throw Refuse(at, "an intact chunk", "one whose check sum is wrong");
            if (type.SequenceEqual("IHDR"u8) && length == 13)
                header = data.ToArray();
            else if (type.SequenceEqual("PLTE"u8))
                palette = data.ToArray();
            else if (type.SequenceEqual("IDAT"u8))
                packed.Write(data);
            else if (type.SequenceEqual("IEND"u8))
                break;
            at += 12 + (int)length;
        }

        if (header is null)
            throw Refuse(8, "a header", "none");
        uint width = BinaryPrimitives.ReadUInt32BigEndian(header), height = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4));
        (int bits, int colours) = (header[8], header[9]);
        int channels = (colours, bits) switch
        {
            (0, 1 or 2 or 4 or 8 or 16) => 1,
            (3, 1 or 2 or 4 or 8) when palette is not null => 1,
            (2, 8 or 16) => 3,
            (4, 8 or 16) => 2,
            (6, 8 or 16) => 4,
            _ => throw Refuse(24, "a kind of pixel that PNG has", $"{bits} bits of kind {colours}"),
        };
        if (header[12] != 0)
            throw Refuse(28, "an image that is not interlaced", "an interlaced one");
        if (width is 0 or > GreatestSide || height is 0 or > GreatestSide || (long)width * height > GreatestImage)
            throw Refuse(16, "from 1 to 2^30 pixels", $"{width} x {height}");
        long rowBytes = ((long)width * bits * channels + 7) / 8;
        if ((rowBytes + 1) * height > packed.Length * GreatestDeflateRatio)
            throw Refuse(16, $"{(rowBytes + 1) * height} bytes of pixels", $"{packed.Length} packed ones");

        float[] pixels = new float[width * height];
        byte[] row = new byte[rowBytes + 1], above = new byte[rowBytes + 1];
        packed.Position = 0;
        using var rows = new ZLibStream(packed, CompressionMode.Decompress);
        int step = Math.Max(1, bits * channels / 8);
        for (int y = 0; y < height; y++)
        {
            if (rows.ReadAtLeast(row, row.Length, throwOnEndOfStream: false) < row.Length)
                throw Refuse(content.Length, $"{height} rows", $"{y}");
            if (!Unfilter(row, above, step))
                throw Refuse(8, "filter 0 to 4", $"{row[0]} in row {y}");
            Decode(row.AsSpan(1), bits, colours, channels, palette, pixels.AsSpan((int)(y * width), (int)width));
            (row, above) = (above, row);
        }

        return new Micrograph(MicrographName.Of(name), (int)width, (int)height, pixels);
    }

    /// <summary>Undoes a row's filter; the first byte names it.</summary>
    private static bool Unfilter(byte[] row, byte[] above, int step)
    {
        for (int i = 1; i < row.Length; i++)
        {
            int left = i > step ? row[i - step] : 0, up = above[i], corner = i > step ? above[i - step] : 0;
            switch (row[0])
            {
                case 0: return true;
                case 1: row[i] += (byte)left; break;
                case 2: row[i] += (byte)up; break;
                case 3: row[i] += (byte)((left + up) / 2); break;
                case 4: row[i] += (byte)Paeth(left, up, corner); break;
                default: return false;
            }
        }

        return true;
    }

    private static int Paeth(int left, int up, int corner)
    {
        int guess = left + up - corner, toLeft = Math.Abs(guess - left), toUp = Math.Abs(guess - up), toCorner = Math.Abs(guess - corner);
        return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
    }

    private static void Decode(ReadOnlySpan<byte> row, int bits, int colours, int channels, byte[]? palette, Span<float> pixels)
    {
        for (int x = 0; x < pixels.Length; x++)
        {
            if (colours == 3)
            {
                int entry = 3 * (int)Sample(row, x, bits);
                pixels[x] = entry + 2 < palette!.Length ? (palette[entry] + palette[entry + 1] + palette[entry + 2]) / 3f : 0;
            }
            else if (channels < 3)
            {
                pixels[x] = Sample(row, x * channels, bits);
            }
            else
            {
                pixels[x] = (Sample(row, x * channels, bits) + Sample(row, x * channels + 1, bits) + Sample(row, x * channels + 2, bits)) / 3f;
            }
        }
    }

    private static float Sample(ReadOnlySpan<byte> row, int index, int bits) => bits switch
    {
        16 => BinaryPrimitives.ReadUInt16BigEndian(row[(2 * index)..]),
        8 => row[index],
        _ => row[index * bits / 8] >> (8 - bits - index * bits % 8) & ((1 << bits) - 1),
    };
}
