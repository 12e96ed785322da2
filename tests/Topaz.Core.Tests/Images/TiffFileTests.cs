using System.Buffers.Binary;
using Topaz.Images;
using Xunit;

namespace Topaz.Tests;

public sealed class TiffFileTests
{
    // Packed by LZW, two megabytes could be 2^32 bytes: more than .NET puts into one array.
    [Theory]
    [InlineData(32768, 16, 2 << 20)]
    [InlineData(32768, 32, 2 << 20)]
    public void AStripThatNoMemoryHolds_IsRefused(int side, ushort bits, int packed)
    {
        byte[] file = Lzw(side, bits, packed);

        MicrographFormatException refusal = Assert.Throws<MicrographFormatException>(() => MicrographFile.Read(new MemoryStream(file), "a.tif"));

        Assert.Contains($"{side} x {side} pixels", refusal.Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("II*\0\0\0\0\0")]
    [InlineData("MM\0*\0\0\0\0")]
    public void AFileWithoutAnImage_IsRefused(string content)
    {
        byte[] file = System.Text.Encoding.ASCII.GetBytes(content);

        MicrographFormatException refusal = Assert.Throws<MicrographFormatException>(() => MicrographFile.Read(new MemoryStream(file), "a.tif"));

        Assert.Equal(("none", 4), (refusal.Found, refusal.Offset));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void APixelWithoutAValue_IsNotWritten(float value)
    {
        using TemporaryFolder folder = new();

        TopazException refusal = Assert.Throws<TopazException>(() => TiffFile.Write(folder["a.tif"], new Micrograph("a", 2, 2, [0, 1, 2, value])));

        Assert.Contains("column 1, row 1", refusal.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["a.tif"]));
    }

    /// <summary>A square image in one strip.</summary>
    private static byte[] Lzw(int side, ushort bits, int packed)
    {
        (ushort Tag, uint Value)[] tags = [(256, (uint)side), (257, (uint)side), (258, bits), (259, 5), (273, 128), (278, (uint)side), (279, (uint)packed)];
        byte[] file = new byte[128 + packed];
        "II*\0"u8.CopyTo(file);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(4), 8);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(8), (ushort)tags.Length);
        for (int i = 0; i < tags.Length; i++)
        {
            Span<byte> entry = file.AsSpan(10 + 12 * i, 12);
            BinaryPrimitives.WriteUInt16LittleEndian(entry, tags[i].Tag);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[2..], 4);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[4..], 1);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], tags[i].Value);
        }

        return file;
    }
}
