using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Topaz.Particles;

/// <summary>One field of a NumPy structured array.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">f for floating point, u and i for integers, S for bytes of text, U for UTF-32, b for a truth value.</param>
/// <param name="Size">Bytes of one value.</param>
/// <param name="Count">How many values a row has.</param>
/// <param name="Offset">Where in a row they begin.</param>
internal sealed record NumpyField(string Name, char Kind, int Size, int Count, int Offset)
{
    /// <summary>How NumPy names the type.</summary>
    public string Type => $"{(Kind is 'S' or 'b' || Size == 1 && Kind is 'u' or 'i' ? '|' : '<')}{Kind}{(Kind == 'U' ? Size / 4 : Size)}";
}

/// <summary>
/// A one-dimensional structured array in NumPy's .npy format (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html): a header, which is a Python
/// literal and is read as one without Python, and rows of little-endian fields.
/// </summary>
internal sealed class NumpyTable
{
    private static readonly byte[] s_magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    private readonly byte[] _rows;

    /// <summary>Begins a table of that many rows, all zero.</summary>
    public NumpyTable(IEnumerable<(string Name, char Kind, int Size, int Count)> fields, int count)
        : this(Placed(fields), count, null)
    {
    }

    private NumpyTable(List<NumpyField> fields, int count, byte[]? rows)
    {
        Fields = fields;
        Count = count;
        RowLength = fields.Sum(field => field.Size * field.Count);
        _rows = rows ?? new byte[(long)RowLength * count];
    }

    public IReadOnlyList<NumpyField> Fields { get; }

    public int Count { get; }

    private int RowLength { get; }

    /// <summary>Whether a file begins like one of these.</summary>
    public static bool IsOne(ReadOnlySpan<byte> beginning) => beginning.StartsWith(s_magic);

    /// <summary>The field of that name; null if there is none.</summary>
    public NumpyField? this[string name] => Fields.FirstOrDefault(field => field.Name == name);

    /// <summary>Reads a stream that can seek.</summary>
    /// <exception cref="TopazException">It is damaged, or no table.</exception>
    public static NumpyTable Read(Stream stream, string file)
    {
        TopazException Bad(string what) => new($"{file}: {what}; this is no table of NumPy as cryoSPARC writes it, export it again.");

        byte[] prefix = new byte[12];
        int read = stream.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false);
        if (read < prefix.Length || !IsOne(prefix))
            throw Bad("it does not begin like one");
        int lengthSize = prefix[6] == 1 ? 2 : 4;
        long length = lengthSize == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(prefix.AsSpan(8)) : BinaryPrimitives.ReadUInt32LittleEndian(prefix.AsSpan(8));
        stream.Position = 8 + lengthSize;
        if (length > stream.Length - stream.Position)
            throw Bad("its header ends beyond the file");
        byte[] header = new byte[length];
        stream.ReadExactly(header);
        if (new PythonLiteral(Encoding.UTF8.GetString(header)).Read() is not Dictionary<string, object?> description)
            throw Bad("its header cannot be understood");
        if (description.GetValueOrDefault("descr") is not List<object?> types || description.GetValueOrDefault("shape") is not List<object?> { Count: 1 } shape
            || shape[0] is not long count || description.GetValueOrDefault("fortran_order") is not false)
            throw Bad("its header does not describe a table");
        var fields = new List<(string, char, int, int)>();
        foreach (object? type in types)
        {
            if (type is not List<object?> { Count: 2 or 3 } parts || parts[0] is not string name || parts[1] is not string kind || Field(name, kind, parts) is not { } field)
                throw Bad("its header has a field of a type that is not read");
            fields.Add(field);
        }

        List<NumpyField> placed = Placed(fields);
        long rowLength = placed.Sum(field => (long)field.Size * field.Count), left = stream.Length - stream.Position;
        if (rowLength is 0 or > int.MaxValue || count < 0 || count > left / rowLength)
            throw Bad($"it claims {count} rows of {rowLength} bytes, where {left} bytes are left");
        byte[] rows = new byte[count * rowLength];
        stream.ReadExactly(rows);
        return new NumpyTable(placed, (int)count, rows);
    }

    /// <summary>Writes the table.</summary>
    public void Write(Stream stream)
    {
        IEnumerable<string> types = Fields.Select(field => field.Count == 1 ? $"('{field.Name}', '{field.Type}')" : $"('{field.Name}', '{field.Type}', ({field.Count},))");
        string header = $"{{'descr': [{string.Join(", ", types)}], 'fortran_order': False, 'shape': ({Count},), }}";
        // The rows begin at a multiple of 64 bytes.
        header = header.PadRight((header.Length + 1 + 12 + 63) / 64 * 64 - 12 - 1) + "\n";
        Span<byte> prefix = stackalloc byte[12];
        s_magic.CopyTo(prefix);
        prefix[6] = 2;
        BinaryPrimitives.WriteInt32LittleEndian(prefix[8..], header.Length);
        stream.Write(prefix);
        stream.Write(Encoding.ASCII.GetBytes(header));
        stream.Write(_rows);
    }

    /// <summary>A number of a field.</summary>
    public double Number(NumpyField field, int row, int index = 0)
    {
        ReadOnlySpan<byte> value = Value(field, row, index);
        return (field.Kind, field.Size) switch
        {
            ('f', 4) => BinaryPrimitives.ReadSingleLittleEndian(value),
            ('f', 8) => BinaryPrimitives.ReadDoubleLittleEndian(value),
            ('u' or 'b', 1) => value[0],
            ('i', 1) => (sbyte)value[0],
            ('u', 2) => BinaryPrimitives.ReadUInt16LittleEndian(value),
            ('i', 2) => BinaryPrimitives.ReadInt16LittleEndian(value),
            ('u', 4) => BinaryPrimitives.ReadUInt32LittleEndian(value),
            ('i', 4) => BinaryPrimitives.ReadInt32LittleEndian(value),
            ('u', 8) => BinaryPrimitives.ReadUInt64LittleEndian(value),
            ('i', 8) => BinaryPrimitives.ReadInt64LittleEndian(value),
            _ => double.NaN,
        };
    }

    /// <summary>A text of a field.</summary>
    public string Text(NumpyField field, int row)
    {
        ReadOnlySpan<byte> value = Value(field, row, 0);
        return (field.Kind == 'U' ? Encoding.UTF32 : Encoding.UTF8).GetString(value).TrimEnd('\0');
    }

    /// <summary>The bytes of a value, to be written.</summary>
    public Span<byte> Value(NumpyField field, int row, int index) => _rows.AsSpan((int)((long)row * RowLength + field.Offset + index * field.Size), field.Size);

    private static (string, char, int, int)? Field(string name, string type, List<object?> parts)
    {
        // '<f4', '|S20', '<U12'; big-endian tables are not known from cryoSPARC.
        if (type.Length < 3 || type[0] is not ('<' or '|') || type[1] is not ('f' or 'u' or 'i' or 'S' or 'U' or 'b')
            || !int.TryParse(type.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out int size) || size is < 1 or > 1 << 20)
            return null;
        long count = 1;
        if (parts.Count == 3)
        {
            foreach (object? side in parts[2] as List<object?> ?? [parts[2]])
            {
                if (side is not (long and > 0 and < 1 << 20) || (count *= (long)side) > 1 << 20)
                    return null;
            }
        }

        return (name, type[1], type[1] == 'U' ? 4 * size : size, (int)count);
    }

    private static List<NumpyField> Placed(IEnumerable<(string Name, char Kind, int Size, int Count)> fields)
    {
        var placed = new List<NumpyField>();
        long offset = 0;
        foreach ((string name, char kind, int size, int count) in fields)
        {
            placed.Add(new NumpyField(name, kind, size, count, (int)Math.Min(offset, int.MaxValue)));
            offset += (long)size * count;
        }

        return placed;
    }
}
