using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Topaz.Networks;

/// <summary>Weights as they lie in files.</summary>
internal static class LittleEndian
{
    /// <summary>Numbers as bytes, the least first.</summary>
    public static byte[] Of(ReadOnlySpan<float> numbers)
    {
        byte[] bytes = MemoryMarshal.AsBytes(numbers).ToArray();
        if (!BitConverter.IsLittleEndian)
        {
            Span<int> words = MemoryMarshal.Cast<byte, int>(bytes.AsSpan());
            BinaryPrimitives.ReverseEndianness(words, words);
        }

        return bytes;
    }
}
