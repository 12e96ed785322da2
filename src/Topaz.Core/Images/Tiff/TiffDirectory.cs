using System.Buffers.Binary;

namespace Topaz.Images;

/// <summary>One image's directory in a TIFF file (TIFF 6.0, Adobe, 1992; BigTIFF, libtiff, 2007): tags and their values.</summary>
internal sealed class TiffDirectory
{
    private const int MostPages = 1 << 20;

    private readonly Stream _stream;
    private readonly string _name;
    private readonly bool _bigEndian;
    // Where in the file the values of each tag are, how many, and of what type.
    private readonly Dictionary<int, (int Type, long Count, long Offset)> _tags = [];

    private TiffDirectory(Stream stream, string name, bool bigEndian) => (_stream, _name, _bigEndian) = (stream, name, bigEndian);

    /// <summary>Whether the numbers in the file have their most significant byte first.</summary>
    public bool IsBigEndian => _bigEndian;

    /// <summary>Whether a file begins like a TIFF file.</summary>
    public static bool IsOne(ReadOnlySpan<byte> beginning) => beginning is [(byte)'I', (byte)'I', 42 or 43, 0, ..] or [(byte)'M', (byte)'M', 0, 42 or 43, ..];

    /// <summary>The directories of a file, one for each image; small copies of an image, which some programs add, are left out.</summary>
    public static IEnumerable<TiffDirectory> Of(Stream stream, string name)
    {
        const int Kind = 254, SmallCopy = 1;
        byte[] header = Take(stream, name, 0, 8);
        bool bigEndian = header[0] == 'M', isBig = header[bigEndian ? 3 : 2] == 43;
        long next = isBig
            ? Number(Take(stream, name, 8, 8), 8, bigEndian)
            : Number(header.AsSpan(4), 4, bigEndian);
        if (next == 0)
            throw new MicrographFormatException(name, isBig ? 8 : 4, "the place of an image", "none");
        var seen = new HashSet<long>();
        while (next != 0)
        {
            if (!seen.Add(next) || seen.Count > MostPages)
                throw new MicrographFormatException(name, next, "another image", "one that was there before");
            var directory = new TiffDirectory(stream, name, bigEndian);
            next = directory.Read(next, isBig);
            if ((directory.Number(Kind, 0) & SmallCopy) == 0)
                yield return directory;
        }
    }

    /// <summary>The number of a tag; <paramref name="missing"/> where it is not there.</summary>
    public long Number(int tag, long missing) => _tags.ContainsKey(tag) ? Numbers(tag, most: 1)[0] : missing;

    /// <summary>The numbers of a tag.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="most">How many are needed; more are left alone.</param>
    public long[] Numbers(int tag, long most)
    {
        if (!_tags.TryGetValue(tag, out (int Type, long Count, long Offset) entry))
            throw new MicrographFormatException(_name, 0, $"TIFF tag {tag}", "none");
        int size = SizeOf(entry.Type);
        if (entry.Count == 0 || size == 0)
            throw new MicrographFormatException(_name, entry.Offset, $"a number for TIFF tag {tag}", $"{entry.Count} values of type {entry.Type}");
        byte[] bytes = Bytes(entry.Offset, Math.Min(entry.Count, most) * size);
        long[] numbers = new long[bytes.Length / size];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = Number(bytes.AsSpan(i * size, size), size, _bigEndian);
            if (numbers[i] < 0)
                throw new MicrographFormatException(_name, entry.Offset, $"a number for TIFF tag {tag}", "one that is out of range");
        }

        return numbers;
    }

    /// <summary>Bytes of the file.</summary>
    public byte[] Bytes(long offset, long count) => Take(_stream, _name, offset, count);

    private long Read(long offset, bool isBig)
    {
        int countSize = isBig ? 8 : 2, entrySize = isBig ? 20 : 12, offsetSize = isBig ? 8 : 4;
        long count = Number(Bytes(offset, countSize), countSize, _bigEndian);
        if (count is < 0 or > 65_535)
            throw new MicrographFormatException(_name, offset, "a TIFF directory", $"{(ulong)count} entries");
        byte[] entries = Bytes(offset + countSize, count * entrySize + offsetSize);
        for (int i = 0; i < count; i++)
        {
            Span<byte> entry = entries.AsSpan(i * entrySize, entrySize);
            int tag = (int)Number(entry, 2, _bigEndian), type = (int)Number(entry[2..], 2, _bigEndian);
            long values = Number(entry[4..], offsetSize, _bigEndian);
            if (values < 0 || values > _stream.Length)
                throw new MicrographFormatException(_name, offset, $"values of TIFF tag {tag}", $"a claim of {(ulong)values}");
            // Values that fit stand in the entry itself.
            long place = offset + countSize + i * entrySize + 4 + offsetSize;
            _tags[tag] = (type, values, values * SizeOf(type) <= offsetSize ? place : Number(entry[(4 + offsetSize)..], offsetSize, _bigEndian));
        }

        return Number(entries.AsSpan((int)count * entrySize), offsetSize, _bigEndian);
    }

    /// <summary>Bytes of a number of a type that sizes and offsets may have; 0 for others.</summary>
    private static int SizeOf(int type) => type switch { 1 => 1, 3 => 2, 4 or 13 => 4, 16 or 18 => 8, _ => 0 };

    private static long Number(ReadOnlySpan<byte> bytes, int size, bool bigEndian) => (size, bigEndian) switch
    {
        (1, _) => bytes[0],
        (2, false) => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        (2, true) => BinaryPrimitives.ReadUInt16BigEndian(bytes),
        (4, false) => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        (4, true) => BinaryPrimitives.ReadUInt32BigEndian(bytes),
        (_, false) => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        _ => BinaryPrimitives.ReadInt64BigEndian(bytes),
    };

    private static byte[] Take(Stream stream, string name, long offset, long count)
    {
        if (offset < 0 || count < 0 || offset > stream.Length || count > stream.Length - offset)
            throw new MicrographFormatException(name, offset, $"{count} bytes", $"the end of the file at byte {stream.Length}");
        if (count > Array.MaxLength)
            throw new MicrographFormatException(name, offset, $"at most {Array.MaxLength} bytes in one piece", $"{count}");
        byte[] bytes = new byte[count];
        stream.Position = offset;
        stream.ReadExactly(bytes);
        return bytes;
    }
}
