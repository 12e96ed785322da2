using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Topaz.Images;

/// <summary>
/// Micrographs in TIFF files: grey images of 8, 16 and 32-bit integers, signed or not, and of 16, 32 and 64-bit floating point, in
/// strips or tiles, plain or packed by LZW, Deflate or PackBits, either byte order, several images in a file, BigTIFF. A file that calls its smallest value
/// white is inverted. Resolution tags are not believed, for most programs write what screens have: the pixel size is unknown.
/// </summary>
public static class TiffFile
{
    private const int GreatestSide = 1 << 20, GreatestImage = 1 << 30, PlainBytes = 1 << 18;

    // The tags that matter (TIFF 6.0, section 8).
    private const int Width = 256, Height = 257, Bits = 258, Compression = 259, Photometric = 262, StripOffsets = 273, Samples = 277,
        RowsPerStrip = 278, StripBytes = 279, Predictor = 317, TileWidth = 322, TileHeight = 323, TileOffsets = 324, TileBytes = 325, Format = 339;

    /// <summary>Reads one image of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="section">Which image, from zero.</param>
    /// <exception cref="MicrographFormatException">The file is not a sound TIFF file, or of a kind that is not read.</exception>
    /// <exception cref="TopazException">The file is missing or unreadable, or has no such image.</exception>
    public static Micrograph Read(string path, int section = 0) => ImageFile.Open(path, file => Read(file, section));

    /// <summary>Writes an image as 32-bit floating point, in one strip, not packed; an older file is replaced all at once.</summary>
    /// <exception cref="TopazException">The image is too large for TIFF, or the file cannot be written.</exception>
    public static void Write(string path, Micrograph micrograph)
    {
        ArgumentNullException.ThrowIfNull(micrograph);
        if (MrcPixels.IndexOfNonFinite(micrograph.Pixels) is >= 0 and int bad)
            throw new TopazException(FormattableString.Invariant($"{path}: the pixel at column {bad % micrograph.Width}, row {bad / micrograph.Width} is {micrograph.Pixels[bad]}, which no reader accepts; leave the micrograph out."));
        long bytes = 4L * micrograph.Pixels.Length;
        if (bytes > uint.MaxValue - 1024)
            throw new TopazException($"{path}: {micrograph.Width} x {micrograph.Height} pixels are too many for a TIFF file; write an .mrc file.");
        (int Tag, int Type, uint Value)[] tags =
        [
            (Width, 4, (uint)micrograph.Width), (Height, 4, (uint)micrograph.Height), (Bits, 3, 32), (Compression, 3, 1), (Photometric, 3, 1),
            (StripOffsets, 4, 0), (Samples, 3, 1), (RowsPerStrip, 4, (uint)micrograph.Height), (StripBytes, 4, (uint)bytes), (Format, 3, 3),
        ];
        byte[] header = new byte[8 + 2 + 12 * tags.Length + 4 + 2];
        "II*\0"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), 8);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), (ushort)tags.Length);
        for (int i = 0; i < tags.Length; i++)
        {
            Span<byte> entry = header.AsSpan(10 + 12 * i);
            BinaryPrimitives.WriteUInt16LittleEndian(entry, (ushort)tags[i].Tag);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[2..], (ushort)tags[i].Type);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[4..], 1);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], tags[i].Tag == StripOffsets ? (uint)header.Length : tags[i].Value);
        }

        AtomicFile.Write(path, stream =>
        {
            stream.Write(header);
            if (BitConverter.IsLittleEndian)
            {
                stream.Write(MemoryMarshal.AsBytes(micrograph.Pixels.AsSpan()));
                return;
            }

            Span<byte> number = stackalloc byte[4];
            foreach (float pixel in micrograph.Pixels)
            {
                BinaryPrimitives.WriteSingleLittleEndian(number, pixel);
                stream.Write(number);
            }
        });
    }

    /// <summary>The size of a file's first image.</summary>
    internal static (int Width, int Height) Size(ImageFile file)
    {
        using Stream stream = file.Seekable();
        TiffDirectory image = TiffDirectory.Of(stream, file.Name).FirstOrDefault() ?? throw MicrographFile.NoSuchImage(file.Name, 0, 0);
        return ((int)Math.Min(image.Number(Width, 0), int.MaxValue), (int)Math.Min(image.Number(Height, 0), int.MaxValue));
    }

    /// <summary>How many images a file holds.</summary>
    internal static int Count(ImageFile file)
    {
        using Stream stream = file.Seekable();
        return TiffDirectory.Of(stream, file.Name).Count();
    }

    internal static Micrograph Read(ImageFile file, int section)
    {
        using Stream stream = file.Seekable();
        TiffDirectory? image = section < 0 ? null : TiffDirectory.Of(stream, file.Name).ElementAtOrDefault(section);
        return image is null
            ? throw MicrographFile.NoSuchImage(file.Name, section, TiffDirectory.Of(stream, file.Name).Count())
            : Read(image, file.Name, stream.Length);
    }

    private static Micrograph Read(TiffDirectory image, string name, long length)
    {
        MicrographFormatException Refuse(string expected, string found) => new(name, 0, expected, found);

        (long width, long height) = (image.Number(Width, 0), image.Number(Height, 0));
        if (width is < 1 or > GreatestSide || height is < 1 or > GreatestSide || width * height > GreatestImage)
            throw Refuse("from 1 to 2^30 pixels in an image", $"{width} x {height}");
        if (image.Number(Samples, 1) is not 1 and var samples)
            throw Refuse("a grey image", $"one of {samples} colours");
        (long bits, long format) = (image.Number(Bits, 1), image.Number(Format, 1));
        TiffNumber number = TiffSamples.NumberOf(bits, format)
            ?? throw Refuse("pixels of 8, 16 or 32-bit integers or 16, 32 or 64-bit floating point", $"{bits} bits of sample format {format}");
        long compression = image.Number(Compression, 1), predictor = image.Number(Predictor, 1);
        int ratio = TiffCompression.GreatestRatio(compression)
            ?? throw Refuse("no compression, LZW, Deflate or PackBits", $"compression {compression}");
        int size = (int)bits / 8;
        if (predictor is < 1 or > 3 || predictor == 3 && format != 3 || predictor == 2 && size == 8)
            throw Refuse("predictor 1, 2 or 3 as the numbers allow", $"predictor {predictor}");

        // Strips are tiles as wide as the image.
        bool tiled = image.Number(TileWidth, 0) > 0;
        long tileWidth = tiled ? image.Number(TileWidth, 0) : width;
        long tileHeight = tiled ? image.Number(TileHeight, 0) : Math.Min(image.Number(RowsPerStrip, height), height);
        if (tileWidth is < 1 or > GreatestSide || tileHeight is < 1 or > GreatestSide)
            throw Refuse("tiles or strips with pixels in them", $"{tileWidth} x {tileHeight}");
        long across = (width + tileWidth - 1) / tileWidth, down = (height + tileHeight - 1) / tileHeight, tileBytes = tileWidth * tileHeight * size;
        // Before anything is allocated, the claim is held against what the file can hold; a tile may reach beyond the image.
        if (width * height * size > length * ratio || tileBytes > Math.Max(length * ratio, 1 << 16))
            throw Refuse($"{width * height * size} bytes of pixels", $"a file of {length} bytes");
        // A tile may be larger than a small image, but not by much.
        if (compression != 1 && tileBytes > Math.Min(Array.MaxLength, Math.Max(4 * width * height * size, 1 << 24)))
            throw Refuse($"strips or tiles of at most {Array.MaxLength} bytes", $"{tileWidth} x {tileHeight} pixels of {bits} bits");
        long[] offsets = image.Numbers(tiled ? TileOffsets : StripOffsets, across * down);
        int counts = tiled ? TileBytes : StripBytes;
        long[] packed = compression == 1 ? [] : image.Numbers(counts, across * down);
        if (offsets.Length < across * down || compression != 1 && packed.Length < across * down)
            throw Refuse($"{across * down} strips or tiles", $"{Math.Min(offsets.Length, compression == 1 ? offsets.Length : packed.Length)}");

        if (packed.Sum(bytes => (decimal)bytes) > length)
            throw Refuse("strips or tiles apart from each other", "such that share their bytes");

        float[] pixels = new float[width * height];
        int rowBytes = (int)tileWidth * size;
        for (long i = 0; i < across * down; i++)
        {
            (long top, long column) = (i / across * tileHeight, i % across * tileWidth);
            int rows = (int)Math.Min(tileHeight, height - top), columns = (int)Math.Min(tileWidth, width - column);
            // A strip that is not packed may be the whole image; rows of it at a time stay in the cache.
            bool plain = compression == 1;
            int some = plain ? Math.Clamp(PlainBytes / rowBytes, 1, rows) : rows;
            for (int row = 0; row < rows; row += some)
            {
                // The last strip may be shorter than the others, a tile never is.
                int wanted = rowBytes * (plain ? Math.Min(some, rows - row) : tiled ? (int)tileHeight : rows);
                byte[] stored = image.Bytes(offsets[i] + (long)row * rowBytes, plain ? wanted : packed[i]);
                byte[] tile = plain ? stored : Unpack(stored, wanted, offsets[i]);
                for (int y = row; y < Math.Min(row + some, rows); y++)
                {
                    Span<byte> line = tile.AsSpan((y - row) * rowBytes, rowBytes);
                    TiffSamples.Restore(line, size, predictor, image.IsBigEndian);
                    TiffSamples.Decode(line, number, pixels.AsSpan((int)((top + y) * width + column), columns));
                }
            }
        }

        if (MrcPixels.IndexOfNonFinite(pixels) is >= 0 and int bad)
            throw Refuse("numbers", FormattableString.Invariant($"{pixels[bad]} at column {bad % width}, row {bad / width}"));
        if (image.Number(Photometric, 1) == 0)
            Invert(pixels, bits, format);
        return new Micrograph(MicrographName.Of(name), (int)width, (int)height, pixels);

        byte[] Unpack(byte[] stored, int wanted, long offset)
        {
            byte[] tile = new byte[wanted];
            return TiffCompression.Unpack(compression, stored, tile) is int got && got < wanted
                ? throw new MicrographFormatException(name, offset, $"{wanted} bytes of pixels", $"{got}")
                : tile;
        }
    }

    /// <summary>Where white is the smallest number, so that bright is large here too.</summary>
    private static void Invert(float[] pixels, long bits, long format)
    {
        float white = format is 1 or 4 ? (1L << (int)bits) - 1 : 0;
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = white - pixels[i];
    }
}
