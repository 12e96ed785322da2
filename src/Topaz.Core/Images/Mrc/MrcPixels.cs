using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Topaz.Images;

/// <summary>Pixels of an MRC file to and from floats, a chunk at a time.</summary>
internal static class MrcPixels
{
    /// <summary>Puts stored numbers into the machine's own byte order, or from it into the file's.</summary>
    public static void SwapBytes(Span<byte> stored, int bytesPerPixel)
    {
        if (bytesPerPixel == 2)
            BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, short>(stored), MemoryMarshal.Cast<byte, short>(stored));
        else if (bytesPerPixel == 4)
            BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, int>(stored), MemoryMarshal.Cast<byte, int>(stored));
    }

    /// <summary>Stored numbers, in the machine's byte order, to floats.</summary>
    public static void Decode(ReadOnlySpan<byte> stored, MrcMode mode, Span<float> pixels)
    {
        switch (mode)
        {
            case MrcMode.Int8:
                ReadOnlySpan<sbyte> bytes = MemoryMarshal.Cast<byte, sbyte>(stored);
                for (int i = 0; i < pixels.Length; i++)
                    pixels[i] = bytes[i];
                break;
            case MrcMode.Int16:
                Decode(MemoryMarshal.Cast<byte, short>(stored), pixels);
                break;
            case MrcMode.UInt16:
                Decode(MemoryMarshal.Cast<byte, ushort>(stored), pixels);
                break;
            case MrcMode.Float16:
                Decode(MemoryMarshal.Cast<byte, Half>(stored), pixels);
                break;
            default:
                MemoryMarshal.Cast<byte, float>(stored).CopyTo(pixels);
                break;
        }
    }

    /// <summary>Floats to stored numbers in the machine's byte order, integers rounded to the nearest.</summary>
    /// <returns>The index of the first pixel that the mode cannot hold, or −1.</returns>
    public static int Encode(ReadOnlySpan<float> pixels, MrcMode mode, Span<byte> stored)
    {
        if (mode == MrcMode.Float32)
        {
            MemoryMarshal.AsBytes(pixels).CopyTo(stored);
            return IndexOfNonFinite(pixels);
        }

        (float least, float most) = mode switch
        {
            MrcMode.Int8 => (sbyte.MinValue, sbyte.MaxValue),
            MrcMode.Int16 => (short.MinValue, short.MaxValue),
            MrcMode.UInt16 => (ushort.MinValue, ushort.MaxValue),
            _ => ((float)Half.MinValue, (float)Half.MaxValue),
        };
        Span<short> words = MemoryMarshal.Cast<byte, short>(stored);
        for (int i = 0; i < pixels.Length; i++)
        {
            float pixel = mode == MrcMode.Float16 ? pixels[i] : MathF.Round(pixels[i]);
            if (!(pixel >= least && pixel <= most))
                return i;
            if (mode == MrcMode.Int8)
                stored[i] = (byte)(sbyte)pixel;
            else
                words[i] = mode == MrcMode.Float16 ? BitConverter.HalfToInt16Bits((Half)pixel) : (short)(int)pixel;
        }

        return -1;
    }

    /// <summary>The index of the first pixel that is NaN or infinite, or −1.</summary>
    public static int IndexOfNonFinite(ReadOnlySpan<float> pixels)
    {
        int i = 0;
        for (; i <= pixels.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            // x − x is 0 for every number and NaN for all else.
            Vector<float> x = Vector.LoadUnsafe(in pixels[i]);
            if (!Vector.EqualsAll(x - x, Vector<float>.Zero))
                break;
        }

        for (; i < pixels.Length; i++)
        {
            if (!float.IsFinite(pixels[i]))
                return i;
        }

        return -1;
    }

    private static void Decode(ReadOnlySpan<short> stored, Span<float> pixels)
    {
        int i = 0;
        for (; i <= pixels.Length - Vector<short>.Count; i += Vector<short>.Count)
        {
            Vector.Widen(Vector.LoadUnsafe(in stored[i]), out Vector<int> low, out Vector<int> high);
            Vector.ConvertToSingle(low).StoreUnsafe(ref pixels[i]);
            Vector.ConvertToSingle(high).StoreUnsafe(ref pixels[i], (nuint)Vector<int>.Count);
        }

        for (; i < pixels.Length; i++)
            pixels[i] = stored[i];
    }

    private static void Decode(ReadOnlySpan<ushort> stored, Span<float> pixels)
    {
        int i = 0;
        for (; i <= pixels.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(Vector.LoadUnsafe(in stored[i]), out Vector<uint> low, out Vector<uint> high);
            Vector.ConvertToSingle(Vector.AsVectorInt32(low)).StoreUnsafe(ref pixels[i]);
            Vector.ConvertToSingle(Vector.AsVectorInt32(high)).StoreUnsafe(ref pixels[i], (nuint)Vector<int>.Count);
        }

        for (; i < pixels.Length; i++)
            pixels[i] = stored[i];
    }

    private static void Decode(ReadOnlySpan<Half> stored, Span<float> pixels)
    {
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (float)stored[i];
    }
}
