using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Topaz.Images;
using Xunit;

namespace Topaz.Tests;

public class PngFileTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(37, 21, 1)]
    [InlineData(64, 5, 3)]
    [InlineData(7, 100, 3)]
    public void DecodesToWhatWasWritten(int width, int height, int channels)
    {
        // A third each of noise, a horizontal and a vertical ramp, so that every row filter is chosen somewhere.
        byte[] pixels = new byte[width * height * channels];
        var random = new RandomStream(1);
        for (int i = 0; i < pixels.Length; i++)
        {
            int y = i / (width * channels), x = i % (width * channels);
            pixels[i] = (3 * y / height) switch { 0 => (byte)random.NextUInt32(), 1 => (byte)(3 * x), _ => (byte)(x * x) };
        }

        using var stream = new MemoryStream();
        PngFile.Write(stream, width, height, pixels);
        Assert.Equal((width, height, channels), Decode(stream.ToArray(), out byte[] decoded));
        Assert.Equal(pixels, decoded);
    }

    [Fact]
    public void ChecksumIsThatOfTheStandard()
    {
        using var stream = new MemoryStream();
        PngFile.Write(stream, 1, 1, [0]);
        // The end chunk has no content; its checksum is known from every PNG file there is.
        Assert.Equal([0, 0, 0, 0, .. "IEND"u8, 0xAE, 0x42, 0x60, 0x82], stream.ToArray()[^12..]);
    }

    [Fact]
    public void WrongNumberOfBytesLeavesTheFileAlone()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".png");
        try
        {
            PngFile.Write(path, 2, 2, new byte[4]);
            byte[] before = File.ReadAllBytes(path);
            Assert.Throws<ArgumentException>(() => PngFile.Write(path, 2, 2, new byte[5]));
            Assert.Equal(before, File.ReadAllBytes(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static (int Width, int Height, int Channels) Decode(byte[] file, out byte[] pixels)
    {
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], file[..8]);
        int width = 0, height = 0, channels = 0;
        pixels = [];
        for (int at = 8; at < file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            string type = Encoding.ASCII.GetString(file, at + 4, 4);
            Assert.Equal(Crc(file.AsSpan(at + 4, length + 4)), BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 8 + length)));
            byte[] data = file[(at + 8)..(at + 8 + length)];
            if (type == "IHDR")
            {
                width = BinaryPrimitives.ReadInt32BigEndian(data);
                height = BinaryPrimitives.ReadInt32BigEndian(data.AsSpan(4));
                channels = data[9] == 2 ? 3 : 1;
                Assert.Equal([8, (byte)(channels == 3 ? 2 : 0), 0, 0, 0], data[8..]);
            }
            else if (type == "IDAT")
            {
                using var zlib = new ZLibStream(new MemoryStream(data), CompressionMode.Decompress);
                using var rows = new MemoryStream();
                zlib.CopyTo(rows);
                pixels = Unfilter(rows.ToArray(), width * channels, height, channels);
            }

            at += length + 12;
        }

        return (width, height, channels);
    }

    private static byte[] Unfilter(byte[] rows, int rowBytes, int height, int channels)
    {
        Assert.Equal((rowBytes + 1) * height, rows.Length);
        byte[] pixels = new byte[rowBytes * height];
        for (int i = 0; i < pixels.Length; i++)
        {
            int y = i / rowBytes, x = i % rowBytes;
            byte predicted = rows[y * (rowBytes + 1)] switch
            {
                0 => 0,
                1 => x < channels ? (byte)0 : pixels[i - channels],
                2 => y == 0 ? (byte)0 : pixels[i - rowBytes],
                _ => throw new InvalidDataException(),
            };
            pixels[i] = (byte)(rows[y * (rowBytes + 1) + 1 + x] + predicted);
        }

        return pixels;
    }

    private static uint Crc(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }

        return ~crc;
    }
}
