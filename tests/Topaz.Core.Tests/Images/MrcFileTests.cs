using System.Buffers.Binary;
using System.IO.Compression;
using Topaz.Images;
using Xunit;

namespace Topaz.Tests;

public sealed class MrcFileTests : IDisposable
{
    private const int Width = 5, Height = 3;

    private readonly string _folder = Directory.CreateTempSubdirectory("topaz-mrc-").FullName;

    public static TheoryData<MrcMode, bool> ModesAndOrders
    {
        get
        {
            TheoryData<MrcMode, bool> data = [];
            foreach (MrcMode mode in Enum.GetValues<MrcMode>())
            {
                data.Add(mode, false);
                data.Add(mode, true);
            }

            return data;
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(ModesAndOrders))]
    public void Reads_every_mode_in_both_byte_orders(MrcMode mode, bool bigEndian)
    {
        byte[] file = Build(mode, bigEndian, extended: 160);
        Micrograph image = MrcFile.Read(Save("a.mrc", file));
        Assert.Equal((Width, Height, "a"), (image.Width, image.Height, image.Name));
        Assert.Equal(1.25, image.PixelSize, 6);
        Assert.Equal(Values(mode, section: 0), image.Pixels);

        // The stamp wrong or missing: size and mode tell the order.
        foreach (byte stamp in new byte[] { 0x00, 0x11, 0x44 })
        {
            file[212] = file[213] = stamp;
            Assert.Equal(Values(mode, section: 0), MrcFile.Read(Save("stamp.mrc", file)).Pixels);
        }

        Assert.Equal(Values(mode, section: 0), MrcFile.Read(Save("packed.mrc", Gzip(file))).Pixels);
    }

    [Theory]
    [MemberData(nameof(ModesAndOrders))]
    public void Reads_a_section_of_a_stack(MrcMode mode, bool bigEndian)
    {
        byte[] file = Build(mode, bigEndian, extended: 80, sections: 3);
        foreach (string path in new[] { Save("stack.mrcs", file), Save("stack.mrcs.gz", Gzip(file)) })
        {
            Assert.Equal(3, MrcFile.ReadHeader(path).Sections);
            for (int section = 0; section < 3; section++)
                Assert.Equal(Values(mode, section), MrcFile.Read(path, section).Pixels);
            Assert.Contains("no number 4", Assert.Throws<TopazException>(() => MrcFile.Read(path, 3)).Message);
            Assert.Contains("no number 0", Assert.Throws<TopazException>(() => MrcFile.Read(path, -1)).Message);
        }
    }

    [Theory]
    [InlineData(MrcMode.Int8, "w.mrc")]
    [InlineData(MrcMode.Int16, "w.mrc")]
    [InlineData(MrcMode.Float32, "w.mrc")]
    [InlineData(MrcMode.UInt16, "w.mrc.gz")]
    [InlineData(MrcMode.Float16, "w.mrc.gz")]
    public void Writes_what_it_reads(MrcMode mode, string name)
    {
        // More pixels than go through the buffer at once, and not a whole number of vectors.
        int width = 1031, height = 517;
        RandomStream random = new(1);
        float[] pixels = [.. Enumerable.Range(0, width * height).Select(_ => (float)random.NextInt32(100))];
        string path = Path.Combine(_folder, name);

        MrcFile.Write(path, new Micrograph("w", width, height, pixels, pixelSize: 1.06), mode);

        Micrograph back = MrcFile.Read(path);
        Assert.Equal(pixels, back.Pixels);
        Assert.Equal(1.06, back.PixelSize, 5);
        Assert.Equal("w", back.Name);
        (double mean, double deviation) = Moments.Of(pixels);
        MrcHeader header = MrcFile.ReadHeader(path);
        Assert.Equal((pixels.Min(), pixels.Max(), (float)mean), (header.Minimum, header.Maximum, header.Mean));
        Assert.Equal(deviation, header.Rms, 5);
        Assert.Equal((width, height, 1), (header.Width, header.Height, header.Sections));
        Assert.Equal((mode, false, 0), (header.Mode, header.BigEndian, header.ExtendedLength));
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    [Fact]
    public void The_header_written_is_that_of_the_standard()
    {
        string path = Path.Combine(_folder, "h.mrc");
        MrcFile.Write(path, new Micrograph("h", 3, 2, [1, 2, 3, 4, 5, 9], pixelSize: 2));
        byte[] file = File.ReadAllBytes(path);
        int Int(int word) => BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(4 * word));
        float Float(int word) => BitConverter.Int32BitsToSingle(Int(word));

        Assert.Equal(1024 + 24, file.Length);
        Assert.Equal([3, 2, 1, 2, 0, 0, 0, 3, 2, 1], Enumerable.Range(0, 10).Select(Int));
        Assert.Equal([6f, 4f, 2f, 90f, 90f, 90f], Enumerable.Range(10, 6).Select(Float));
        Assert.Equal([1, 2, 3], Enumerable.Range(16, 3).Select(Int));
        Assert.Equal([1f, 9f, 4f], Enumerable.Range(19, 3).Select(Float));
        Assert.Equal([0, 0], Enumerable.Range(22, 2).Select(Int));
        Assert.Equal(20140, Int(27));
        Assert.Equal("MAP DD\0\0"u8.ToArray(), file[208..216]);
        Assert.Equal(Math.Sqrt((9 + 4 + 1 + 0 + 1 + 25) / 6.0), Float(54), 6);
        Assert.Equal(1, Int(55));
        Assert.Equal("Topaz.MLNet".PadRight(800), System.Text.Encoding.ASCII.GetString(file, 224, 800));
        Assert.Equal([1f, 2f, 3f, 4f, 5f, 9f], Enumerable.Range(256, 6).Select(Float));
    }

    [Fact]
    public void Integer_modes_round_and_report_statistics_of_what_is_stored()
    {
        string path = Path.Combine(_folder, "r.mrc");
        MrcFile.Write(path, new Micrograph("r", 4, 1, [0.4f, 0.6f, -1.7f, 126.6f]), MrcMode.Int8);
        Assert.Equal([0f, 1f, -2f, 127f], MrcFile.Read(path).Pixels);
        Assert.Equal(31.5f, MrcFile.ReadHeader(path).Mean);
    }

    [Theory]
    [InlineData(MrcMode.Int8, 128f)]
    [InlineData(MrcMode.Int16, -32769f)]
    [InlineData(MrcMode.UInt16, -1f)]
    [InlineData(MrcMode.Float16, 70000f)]
    [InlineData(MrcMode.Float32, float.NaN)]
    [InlineData(MrcMode.Float32, float.NegativeInfinity)]
    [InlineData(MrcMode.Int16, float.NaN)]
    public void A_pixel_that_does_not_fit_leaves_the_old_file_alone(MrcMode mode, float pixel)
    {
        string path = Save("old.mrc", [1, 2, 3]);
        Micrograph image = new("x", 2, 2, [0, 0, 0, pixel]);
        TopazException error = Assert.Throws<TopazException>(() => MrcFile.Write(path, image, mode));
        Assert.Contains("column 1, row 1", error.Message);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(_folder));
    }

    public static TheoryData<string, long, Action<byte[]>> BrokenHeaders => new()
    {
        { "bytes 49492A00", 208, bytes => { Array.Fill(bytes, (byte)' '); "II*\0"u8.CopyTo(bytes.AsSpan(208)); } },
        { "3 (complex integers)", 12, bytes => bytes[12] = 3 },
        { "77", 12, bytes => bytes[12] = 77 },
        { "0 x 3 x 1", 0, bytes => bytes[0] = 0 },
        { "-2147483643 x 3 x 1", 0, bytes => bytes[3] = 0x80 },
        { "65536 x 32768", 0, bytes => Size(bytes, 65536, 32768, 1) },
        { "file of 1084 bytes", 1084, bytes => Size(bytes, 30000, 30000, 1) },
        { "file of 1084 bytes", 1084, bytes => Size(bytes, 16, 16, int.MaxValue) },
        { "file of 1084 bytes", 1084, bytes => bytes[93] = 1 },
        { "-1", 92, bytes => bytes.AsSpan(92, 4).Fill(0xff) },
    };

    [Theory]
    [MemberData(nameof(BrokenHeaders))]
    public void A_broken_header_is_told_in_one_line(string found, long offset, Action<byte[]> damage)
    {
        byte[] file = Build(MrcMode.Float32, bigEndian: false);
        damage(file);
        AssertRefused(Save("bad.mrc", file), offset, found);
    }

    [Fact]
    public void Truncated_files_are_refused_wherever_they_end()
    {
        byte[] file = Build(MrcMode.Int16, bigEndian: false, extended: 16);
        AssertRefused(Save("none.mrc", []), 0, "an empty file");
        AssertRefused(Save("one.mrc", file[..1]), 1, "the end of the file");
        AssertRefused(Save("header.mrc", file[..600]), 600, "the end of the file");
        AssertRefused(Save("short.mrc", file[..^1]), file.Length - 1, $"a file of {file.Length - 1} bytes");
    }

    [Fact]
    public void Truncated_or_damaged_gzip_is_refused()
    {
        byte[] big = Build(MrcMode.Float32, bigEndian: false);
        Size(big, 400, 300, 1);
        RandomStream random = new(1);
        byte[] noise = [.. Enumerable.Range(0, 400 * 300).SelectMany(_ => BitConverter.GetBytes((float)random.NextDouble()))];
        byte[] packed = Gzip([.. big[..1024], .. noise]);
        Assert.Equal(400, MrcFile.Read(Save("whole.mrc.gz", packed)).Width);
        Assert.Throws<MicrographFormatException>(() => MrcFile.Read(Save("short.mrc.gz", packed[..(packed.Length / 2)])));
        Assert.Throws<MicrographFormatException>(() => MrcFile.Read(Save("stub.mrc.gz", packed[..20])));
        packed.AsSpan(40, 400).Fill(0xff);
        Assert.Throws<MicrographFormatException>(() => MrcFile.Read(Save("damaged.mrc.gz", packed)));

        // 30000² pixels cannot come out of a few hundred bytes.
        Size(big, 30000, 30000, 1);
        byte[] bomb = Gzip(big);
        AssertRefused(Save("bomb.mrc.gz", bomb), bomb.Length, $"a packed file of {bomb.Length} bytes");
    }

    [Theory]
    [InlineData(MrcMode.Float32, false, float.NaN)]
    [InlineData(MrcMode.Float32, true, float.PositiveInfinity)]
    [InlineData(MrcMode.Float16, false, float.NegativeInfinity)]
    public void Pixels_without_a_value_are_refused_with_their_place(MrcMode mode, bool bigEndian, float value)
    {
        byte[] file = Build(mode, bigEndian);
        int size = mode == MrcMode.Float16 ? 2 : 4, offset = 1024 + size * (Width + 2);
        Store(file.AsSpan(offset, size), mode, bigEndian, value);
        AssertRefused(Save("nan.mrc", file), offset, "column 2, row 1");
    }

    [Theory]
    [InlineData(MrcMode.Float32, "large.mrc")]
    [InlineData(MrcMode.Float16, "large.mrc")]
    [InlineData(MrcMode.Int16, "large.mrc")]
    [InlineData(MrcMode.Float32, "large.mrc.gz")]
    public void Large_images_are_read_alike_by_any_number_of_threads(MrcMode mode, string name)
    {
        Micrograph image = Large(i => i * 31 % 2001 - 1000);
        string path = Path.Combine(_folder, name);
        MrcFile.Write(path, image, mode);

        Assert.Equal(image.Pixels, MrcFile.Read(path, threads: 1).Pixels);
        Assert.Equal(image.Pixels, MrcFile.Read(path, threads: 3).Pixels);
        MrcHeader header = MrcFile.ReadHeader(path);
        Assert.Equal((-1000f, 1000f), (header.Minimum, header.Maximum));
        Assert.Equal(image.Pixels.Average(pixel => (double)pixel), header.Mean, 1e-4);
        Assert.Equal(Math.Sqrt(image.Pixels.Average(pixel => Math.Pow(pixel - header.Mean, 2))), header.Rms, 1e-3);
    }

    [Fact]
    public void Of_several_pixels_without_a_value_the_first_is_told()
    {
        string path = Path.Combine(_folder, "large.mrc");
        MrcFile.Write(path, Large(_ => 1));
        using (FileStream file = new(path, FileMode.Open))
        {
            foreach (int bad in (int[])[777 * 1000 + 999, 776 * 1000 + 5, 300 * 1000 + 7])
            {
                file.Position = 1024 + 4L * bad;
                file.Write(BitConverter.GetBytes(float.NaN));
            }
        }

        for (int repeat = 0; repeat < 20; repeat++)
            AssertRefused(path, 1024 + 4 * (300 * 1000 + 7), "NaN at column 7, row 300");
    }

    /// <summary>More pixels than are read in one go.</summary>
    private static Micrograph Large(Func<int, float> pixel) =>
        new("large", 1000, 801, [.. Enumerable.Range(0, 1000 * 801).Select(pixel)], pixelSize: 1);

    [Fact]
    public void Missing_files_and_folders_are_told_apart()
    {
        string inMissingFolder = Path.Combine(_folder, "no", "x.mrc");
        string Refusal(string path) => Assert.Throws<TopazException>(() => MrcFile.Read(path)).Message;
        Assert.Contains("no such file", Refusal(Path.Combine(_folder, "no.mrc")));
        Assert.Contains("no such file", Refusal(inMissingFolder));
        Assert.Contains("is a folder", Refusal(_folder));
        Micrograph image = new("x", 1, 1, [0]);
        Assert.Contains(inMissingFolder, Assert.Throws<TopazException>(() => MrcFile.Write(inMissingFolder, image)).Message);
    }

    [Fact]
    public void An_old_file_without_the_letters_MAP_is_read()
    {
        byte[] file = Build(MrcMode.Int16, bigEndian: false);
        file.AsSpan(208, 8).Clear();
        Assert.Equal(Values(MrcMode.Int16, 0), MrcFile.Read(Save("old.mrc", file)).Pixels);
    }

    [SkippableFact]
    public void Reads_real_micrographs()
    {
        Goldens.Require();
        Micrograph image = MicrographFile.Read(Path.Combine(Goldens.Shared!, "data/empiar-10028-ribosome/micrographs/061.mrc"));
        Assert.Equal((1024, 1024, "061"), (image.Width, image.Height, image.Name));
        Assert.Equal(5.36, image.PixelSize, 2);
    }

    private static void AssertRefused(string path, long offset, string found)
    {
        MicrographFormatException error = Assert.Throws<MicrographFormatException>(() => MicrographFile.Read(path));
        Assert.Equal((path, offset), (error.Path, error.Offset));
        Assert.Contains(found, error.Found);
        Assert.StartsWith(path, error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    private static float[] Values(MrcMode mode, int section)
    {
        float[] ends = mode switch
        {
            MrcMode.Int8 => [-128, 127, -1],
            MrcMode.Int16 => [-32768, 32767, -1],
            MrcMode.UInt16 => [0, 65535, 32768],
            MrcMode.Float16 => [-65504, 65504, 5.9604645e-8f],
            _ => [-1e30f, 3.4e38f, 1e-42f],
        };
        return [.. ends, .. Enumerable.Range(0, Width * Height - 3).Select(i => (float)(i + 10 * section))];
    }

    /// <summary>A file put together by the standard's table, field by field.</summary>
    private static byte[] Build(MrcMode mode, bool bigEndian, int extended = 0, int sections = 1)
    {
        int size = mode switch { MrcMode.Int8 => 1, MrcMode.Float32 => 4, _ => 2 };
        byte[] file = new byte[1024 + extended + Width * Height * sections * size];
        void Int(int word, int value)
        {
            if (bigEndian)
                BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(4 * word), value);
            else
                BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4 * word), value);
        }

        int[] head = [Width, Height, sections, (int)mode, 0, 0, 0, 2 * Width, 2 * Height, 1];
        for (int word = 0; word < head.Length; word++)
            Int(word, head[word]);
        // The cell spans 2·NX samples (MX), so that the pixel size is not cell / NX.
        Int(10, BitConverter.SingleToInt32Bits(1.25f * 2 * Width));
        Int(11, BitConverter.SingleToInt32Bits(1.25f * 2 * Height));
        Int(23, extended);
        "MAP "u8.CopyTo(file.AsSpan(208));
        file[212] = file[213] = bigEndian ? (byte)0x11 : (byte)0x44;
        file.AsSpan(1024, extended).Fill(0xee);
        for (int section = 0, offset = 1024 + extended; section < sections; section++)
        {
            foreach (float value in Values(mode, section))
            {
                Store(file.AsSpan(offset, size), mode, bigEndian, value);
                offset += size;
            }
        }

        return file;
    }

    private static void Store(Span<byte> bytes, MrcMode mode, bool bigEndian, float value)
    {
        byte[] little = mode switch
        {
            MrcMode.Int8 => [(byte)(sbyte)value],
            MrcMode.Int16 => BitConverter.GetBytes((short)value),
            MrcMode.UInt16 => BitConverter.GetBytes((ushort)value),
            MrcMode.Float16 => BitConverter.GetBytes((Half)value),
            _ => BitConverter.GetBytes(value),
        };
        if (bigEndian)
            Array.Reverse(little);
        little.CopyTo(bytes);
    }

    private static void Size(byte[] header, int width, int height, int sections)
    {
        BinaryPrimitives.WriteInt32LittleEndian(header, width);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), height);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), sections);
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Optimal))
            gzip.Write(bytes);
        return packed.ToArray();
    }

    private string Save(string name, byte[] bytes)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
