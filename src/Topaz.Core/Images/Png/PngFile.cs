using System.Buffers.Binary;
using System.IO.Compression;

namespace Topaz.Images;

/// <summary>Writes pictures as PNG, 8-bit grey or 8-bit RGB, for people to look at.</summary>
/// <remarks>ISO/IEC 15948: signature, IHDR, one IDAT (zlib, each row filtered by whichever of None, Sub and Up leaves the
/// smallest sum of absolute differences), IEND.</remarks>
public static class PngFile
{
    private static readonly uint[] CrcTable = MakeCrcTable();

    /// <summary>Writes a picture to a file, which is replaced only once the new one is complete.</summary>
    /// <param name="path">The file.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="pixels">Row-major bytes: <c>width * height</c> of grey, or three times as many of R, G, B.</param>
    /// <exception cref="ArgumentException">The number of bytes fits neither grey nor RGB.</exception>
    /// <exception cref="TopazException">The file cannot be written.</exception>
    public static void Write(string path, int width, int height, byte[] pixels)
    {
        int channels = Channels(width, height, pixels);
        AtomicFile.Write(path, stream => Write(stream, width, height, channels, pixels));
    }

    /// <summary>Writes a picture to a stream; parameters as for the file.</summary>
    /// <inheritdoc cref="Write(string, int, int, byte[])"/>
    public static void Write(Stream stream, int width, int height, byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Write(stream, width, height, Channels(width, height, pixels), pixels);
    }

    private static int Channels(int width, int height, byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        long area = (long)width * height;
        if (pixels.Length == area)
            return 1;
        return pixels.Length == 3 * area
            ? 3
            : throw new ArgumentException(
                $"{pixels.Length} bytes are neither a grey nor an RGB picture of {width} x {height}.", nameof(pixels));
    }

    private static void Write(Stream stream, int width, int height, int channels, byte[] pixels)
    {
        stream.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);

        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8; // bits per channel
        header[9] = (byte)(channels == 1 ? 0 : 2); // grey or truecolour
        WriteChunk(stream, "IHDR"u8, header);

        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
            WriteRows(zlib, width * channels, height, channels, pixels);
        WriteChunk(stream, "IDAT"u8, compressed.GetBuffer().AsSpan(0, (int)compressed.Length));
        WriteChunk(stream, "IEND"u8, []);
    }

    private static void WriteRows(Stream stream, int rowBytes, int height, int channels, byte[] pixels)
    {
        byte[] none = new byte[rowBytes + 1], sub = new byte[rowBytes + 1], up = new byte[rowBytes + 1];
        (sub[0], up[0]) = (1, 2);
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<byte> row = pixels.AsSpan(y * rowBytes, rowBytes);
            ReadOnlySpan<byte> above = y == 0 ? default : pixels.AsSpan((y - 1) * rowBytes, rowBytes);
            int noneCost = 0, subCost = 0, upCost = 0;
            for (int i = 0; i < rowBytes; i++)
            {
                byte value = row[i];
                none[i + 1] = value;
                sub[i + 1] = (byte)(value - (i < channels ? 0 : row[i - channels]));
                up[i + 1] = (byte)(value - (y == 0 ? 0 : above[i]));
                noneCost += Math.Abs((int)(sbyte)value);
                subCost += Math.Abs((int)(sbyte)sub[i + 1]);
                upCost += Math.Abs((int)(sbyte)up[i + 1]);
            }

            stream.Write(noneCost <= Math.Min(subCost, upCost) ? none : subCost <= upCost ? sub : up);
        }
    }

    private static void WriteChunk(Stream stream, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        stream.Write(number);
        stream.Write(type);
        stream.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, CrcOf(type, data));
        stream.Write(number);
    }

    /// <summary>The check sum of a chunk.</summary>
    internal static uint CrcOf(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data) => ~Crc(Crc(uint.MaxValue, type), data);

    private static uint Crc(uint crc, ReadOnlySpan<byte> data)
    {
        foreach (byte value in data)
            crc = CrcTable[(byte)(crc ^ value)] ^ (crc >> 8);
        return crc;
    }

    private static uint[] MakeCrcTable()
    {
        uint[] table = new uint[256];
        for (uint n = 0; n < 256; n++)
        {
            uint c = n;
            for (int bit = 0; bit < 8; bit++)
                c = (c & 1) != 0 ? 0xEDB88320 ^ (c >> 1) : c >> 1;
            table[n] = c;
        }

        return table;
    }
}
