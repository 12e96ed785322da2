using System.Buffers.Binary;
using System.Text;

namespace Topaz.Images;

/// <summary>How an MRC file stores a pixel; the values are the format's own.</summary>
public enum MrcMode
{
    /// <summary>Signed bytes, as the standard says (some old programs wrote unsigned ones).</summary>
    Int8 = 0,

    /// <summary>Signed 16-bit integers.</summary>
    Int16 = 1,

    /// <summary>32-bit floats.</summary>
    Float32 = 2,

    /// <summary>Unsigned 16-bit integers.</summary>
    UInt16 = 6,

    /// <summary>16-bit floats.</summary>
    Float16 = 12,
}

/// <summary>What an MRC header tells (Cheng et al., "MRC2014: Extensions to the MRC format header", J. Struct. Biol.
/// 192:146, 2015).</summary>
/// <param name="Width">Columns (NX).</param>
/// <param name="Height">Rows (NY).</param>
/// <param name="Sections">Images in the stack (NZ); 1 for a micrograph.</param>
/// <param name="Mode">How a pixel is stored.</param>
/// <param name="BigEndian">Whether the most significant byte comes first.</param>
/// <param name="ExtendedLength">Bytes between the header and the pixels (NSYMBT).</param>
/// <param name="PixelSize">Å per pixel along x (cell / MX); 0 when the file does not say.</param>
/// <param name="Minimum">Smallest grey value, as stored; not checked.</param>
/// <param name="Maximum">Greatest grey value, as stored; not checked.</param>
/// <param name="Mean">Mean grey value, as stored; not checked.</param>
/// <param name="Rms">Standard deviation of the grey values, as stored; not checked.</param>
public sealed record MrcHeader(
    int Width,
    int Height,
    int Sections,
    MrcMode Mode,
    bool BigEndian,
    int ExtendedLength,
    double PixelSize,
    float Minimum,
    float Maximum,
    float Mean,
    float Rms)
{
    /// <summary>Bytes of the fixed part of the header.</summary>
    internal const int Length = 1024;

    /// <summary>More pixels than any detector has; a header that claims more is broken.</summary>
    private const long GreatestSection = 1L << 30;

    private const int ModeOffset = 12, MapOffset = 208, StampOffset = 212;

    /// <summary>Where the first pixel is.</summary>
    internal long DataOffset => Length + (long)ExtendedLength;

    /// <summary>Bytes of one pixel.</summary>
    internal int BytesPerPixel => Mode switch { MrcMode.Int8 => 1, MrcMode.Float32 => 4, _ => 2 };

    /// <summary>Bytes of one image of the stack.</summary>
    internal long SectionLength => (long)Width * Height * BytesPerPixel;

    /// <summary>Takes a header apart, and refuses what cannot be one.</summary>
    /// <param name="bytes">The first 1024 bytes of the file.</param>
    /// <param name="path">The file, for messages.</param>
    internal static MrcHeader Parse(ReadOnlySpan<byte> bytes, string path)
    {
        bool hasMap = bytes.Slice(MapOffset, 3).SequenceEqual("MAP"u8);
        bool bigEndian = IsBigEndian(bytes);
        int Int(ReadOnlySpan<byte> header, int offset) => bigEndian
            ? BinaryPrimitives.ReadInt32BigEndian(header[offset..])
            : BinaryPrimitives.ReadInt32LittleEndian(header[offset..]);
        float Float(ReadOnlySpan<byte> header, int offset) => BitConverter.Int32BitsToSingle(Int(header, offset));
        MicrographFormatException Refuse(int offset, string expected, string found) => new(path, offset, expected, found);

        if (!hasMap && !IsSane(bytes, bigEndian))
            throw Refuse(MapOffset, "the letters MAP of an MRC file", "bytes " + Convert.ToHexString(bytes.Slice(MapOffset, 4)));
        int mode = Int(bytes, ModeOffset);
        if (!Enum.IsDefined((MrcMode)mode))
            throw Refuse(ModeOffset, "mode 0, 1, 2, 6 or 12", ModeName(mode));
        int width = Int(bytes, 0), height = Int(bytes, 4), sections = Int(bytes, 8), extended = Int(bytes, 92);
        if (width <= 0 || height <= 0 || sections <= 0)
            throw Refuse(0, "a positive size", $"{width} x {height} x {sections}");
        if ((long)width * height > GreatestSection)
            throw Refuse(0, "at most 2^30 pixels in an image", $"{width} x {height}");
        if (extended < 0)
            throw Refuse(92, "an extended header of 0 bytes or more", $"{extended}");
        double pixelSize = (double)Float(bytes, 40) / Int(bytes, 28);
        return new MrcHeader(
            width,
            height,
            sections,
            (MrcMode)mode,
            bigEndian,
            extended,
            double.IsFinite(pixelSize) && pixelSize > 0 ? pixelSize : 0,
            Float(bytes, 76),
            Float(bytes, 80),
            Float(bytes, 84),
            Float(bytes, 216));
    }

    /// <summary>The 1024 bytes of a little-endian MRC2014 header, version 20140, with an empty extended header.</summary>
    internal byte[] ToBytes()
    {
        byte[] header = new byte[Length];
        void Int(int offset, int value) => BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(offset), value);
        void Float(int offset, double value) => BinaryPrimitives.WriteSingleLittleEndian(header.AsSpan(offset), (float)value);

        (int Offset, int Value)[] sizes = [(0, Width), (4, Height), (8, Sections)];
        foreach ((int offset, int value) in sizes)
        {
            Int(offset, value);
            // MX, MY, MZ: the sampling of the cell, which is one image; of a stack of images MZ is 1, as for a space group of 0.
            int sampling = offset == 8 ? 1 : value;
            Int(28 + offset, sampling);
            Float(40 + offset, sampling * PixelSize); // the cell, in Å
            Float(52 + offset, 90); // its angles, in degrees
            Int(64 + offset, 1 + offset / 4); // MAPC, MAPR, MAPS: columns are x, rows y, sections z
        }

        Int(ModeOffset, (int)Mode);
        Float(76, Minimum);
        Float(80, Maximum);
        Float(84, Mean);
        Int(108, 20140); // NVERSION
        "MAP "u8.CopyTo(header.AsSpan(MapOffset));
        header[StampOffset] = header[StampOffset + 1] = 0x44; // little-endian
        Float(216, Rms);
        Int(220, 1); // labels in use
        header.AsSpan(224).Fill((byte)' ');
        Encoding.ASCII.GetBytes("Topaz.MLNet", header.AsSpan(224));
        return header;
    }

    /// <summary>The order that the machine stamp names, unless size and mode make sense in the other order only.</summary>
    private static bool IsBigEndian(ReadOnlySpan<byte> bytes)
    {
        bool stamped = bytes[StampOffset] == 0x11;
        return IsSane(bytes, stamped) || !IsSane(bytes, !stamped) ? stamped : !stamped;
    }

    private static bool IsSane(ReadOnlySpan<byte> bytes, bool bigEndian)
    {
        for (int offset = 0; offset <= ModeOffset; offset += 4)
        {
            int value = bigEndian
                ? BinaryPrimitives.ReadInt32BigEndian(bytes[offset..])
                : BinaryPrimitives.ReadInt32LittleEndian(bytes[offset..]);
            if (offset == ModeOffset ? !Enum.IsDefined((MrcMode)value) : value is <= 0 or > 1 << 20)
                return false;
        }

        return true;
    }

    private static string ModeName(int mode) => mode switch
    {
        3 => "3 (complex integers)",
        4 => "4 (complex floats)",
        101 => "101 (4-bit integers)",
        _ => $"{mode}",
    };
}
