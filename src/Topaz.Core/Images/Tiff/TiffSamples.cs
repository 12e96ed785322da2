using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Topaz.Images;

/// <summary>How pixels of a TIFF image are stored.</summary>
internal enum TiffNumber
{
    UInt8, Int8, UInt16, Int16, UInt32, Int32, Float16, Float32, Float64,
}

/// <summary>Rows of stored numbers to floats.</summary>
internal static class TiffSamples
{
    /// <summary>The kind of number of so many bits and a sample format; null for kinds that are not read.</summary>
    public static TiffNumber? NumberOf(long bits, long format) => (bits, format) switch
    {
        (8, 1 or 4) => TiffNumber.UInt8,
        (8, 2) => TiffNumber.Int8,
        (16, 1 or 4) => TiffNumber.UInt16,
        (16, 2) => TiffNumber.Int16,
        (32, 1 or 4) => TiffNumber.UInt32,
        (32, 2) => TiffNumber.Int32,
        (16, 3) => TiffNumber.Float16,
        (32, 3) => TiffNumber.Float32,
        (64, 3) => TiffNumber.Float64,
        _ => null,
    };

    /// <summary>Undoes the prediction of a row (TIFF 6.0, section 14; Adobe's technical note 3 for floating point) and puts its numbers into the
    /// machine's byte order.</summary>
    /// <param name="row">Stored numbers.</param>
    /// <param name="bytes">Bytes of a number.</param>
    /// <param name="predictor">1 for none, 2 for differences, 3 for differences of the bytes of floating-point numbers.</param>
    /// <param name="bigEndian">The file's byte order.</param>
    public static void Restore(Span<byte> row, int bytes, long predictor, bool bigEndian)
    {
        if (predictor == 3)
        {
            for (int i = 1; i < row.Length; i++)
                row[i] += row[i - 1];
            // First all most significant bytes, whatever the file's byte order.
            byte[] planes = row.ToArray();
            int count = row.Length / bytes;
            for (int i = 0; i < count; i++)
            {
                for (int plane = 0; plane < bytes; plane++)
                    row[i * bytes + (BitConverter.IsLittleEndian ? bytes - 1 - plane : plane)] = planes[plane * count + i];
            }

            return;
        }

        if (bigEndian == BitConverter.IsLittleEndian)
            Swap(row, bytes);
        if (predictor != 2)
            return;
        switch (bytes)
        {
            case 1:
                for (int i = 1; i < row.Length; i++)
                    row[i] += row[i - 1];
                break;
            case 2:
                Span<ushort> shorts = MemoryMarshal.Cast<byte, ushort>(row);
                for (int i = 1; i < shorts.Length; i++)
                    shorts[i] += shorts[i - 1];
                break;
            case 4:
                Span<uint> words = MemoryMarshal.Cast<byte, uint>(row);
                for (int i = 1; i < words.Length; i++)
                    words[i] += words[i - 1];
                break;
        }
    }

    /// <summary>Numbers in the machine's byte order to floats.</summary>
    public static void Decode(ReadOnlySpan<byte> row, TiffNumber number, Span<float> pixels)
    {
        // Loops of their own, so that they become vector instructions.
        switch (number)
        {
            case TiffNumber.UInt8:
                for (int i = 0; i < pixels.Length; i++)
                    pixels[i] = row[i];
                break;
            case TiffNumber.Int8:
                ReadOnlySpan<sbyte> bytes = MemoryMarshal.Cast<byte, sbyte>(row);
                for (int i = 0; i < pixels.Length; i++)
                    pixels[i] = bytes[i];
                break;
            case TiffNumber.UInt16:
                ReadOnlySpan<ushort> words = MemoryMarshal.Cast<byte, ushort>(row);
                for (int i = 0; i < pixels.Length; i++)
                    pixels[i] = words[i];
                break;
            case TiffNumber.Int16:
                ReadOnlySpan<short> shorts = MemoryMarshal.Cast<byte, short>(row);
                for (int i = 0; i < pixels.Length; i++)
                    pixels[i] = shorts[i];
                break;
            case TiffNumber.UInt32:
                ReadOnlySpan<uint> wholes = MemoryMarshal.Cast<byte, uint>(row);
                for (int i = 0; i < pixels.Length; i++)
                    pixels[i] = wholes[i];
                break;
            case TiffNumber.Int32:
                ReadOnlySpan<int> integers = MemoryMarshal.Cast<byte, int>(row);
                for (int i = 0; i < pixels.Length; i++)
                    pixels[i] = integers[i];
                break;
            case TiffNumber.Float16:
                ReadOnlySpan<Half> halves = MemoryMarshal.Cast<byte, Half>(row);
                for (int i = 0; i < pixels.Length; i++)
                    pixels[i] = (float)halves[i];
                break;
            case TiffNumber.Float64:
                ReadOnlySpan<double> doubles = MemoryMarshal.Cast<byte, double>(row);
                for (int i = 0; i < pixels.Length; i++)
                    pixels[i] = (float)doubles[i];
                break;
            default:
                MemoryMarshal.Cast<byte, float>(row)[..pixels.Length].CopyTo(pixels);
                break;
        }
    }

    private static void Swap(Span<byte> row, int bytes)
    {
        switch (bytes)
        {
            case 2: BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, short>(row), MemoryMarshal.Cast<byte, short>(row)); break;
            case 4: BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, int>(row), MemoryMarshal.Cast<byte, int>(row)); break;
            case 8: BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, long>(row), MemoryMarshal.Cast<byte, long>(row)); break;
        }
    }
}
