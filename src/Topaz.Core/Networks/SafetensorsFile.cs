using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Topaz.Networks;

/// <summary>
/// The safetensors container (https://github.com/huggingface/safetensors): the length of a JSON header as 8 bytes, little
/// endian; the header; the tensors' bytes. Only single precision (F32) is written and read.
/// </summary>
internal static class SafetensorsFile
{
    // The format's own limit.
    private const long MaxHeader = 100_000_000;

    /// <summary>Writes metadata and tensors; the tensors' bytes start at a multiple of 8.</summary>
    public static void Write(Stream stream, IReadOnlyDictionary<string, string> metadata, IReadOnlyList<Tensor> tensors)
    {
        using var header = new MemoryStream();
        using (var json = new Utf8JsonWriter(header))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            foreach ((string key, string value) in metadata)
                json.WriteString(key, value);
            json.WriteEndObject();
            long offset = 0;
            foreach (Tensor tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", "F32");
                json.WriteStartArray("shape");
                foreach (int size in tensor.Shape)
                    json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += 4L * tensor.Data.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        while (header.Length % 8 != 0)
            header.WriteByte((byte)' ');
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        header.WriteTo(stream);
        foreach (Tensor tensor in tensors)
        {
            if (BitConverter.IsLittleEndian)
            {
                stream.Write(MemoryMarshal.AsBytes(tensor.Data.AsSpan()));
                continue;
            }

            var bytes = new byte[4 * tensor.Data.Length];
            for (int i = 0; i < tensor.Data.Length; i++)
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(4 * i), tensor.Data[i]);
            stream.Write(bytes);
        }
    }

    /// <summary>Reads metadata and, in the order of their bytes, tensors.</summary>
    /// <exception cref="TopazException">The file is missing, short, or not what it claims to be.</exception>
    public static (IReadOnlyDictionary<string, string> Metadata, IReadOnlyList<Tensor> Tensors) Read(string path) =>
        Open(path, file => Read(file, path));

    /// <summary>Opens a file, of this format or another, telling in one line why that is not possible.</summary>
    /// <exception cref="TopazException">The file is missing or cannot be read.</exception>
    public static T Open<T>(string path, Func<Stream, T> read)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            return read(file);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new TopazException($"{path}: there is no such file.", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new TopazException($"{path}: cannot be read ({failure.Message.TrimEnd('.')}).", failure);
        }
    }

    /// <summary>Reads from a stream that can seek, from its beginning to its end; <paramref name="path"/> names it in messages.</summary>
    public static (IReadOnlyDictionary<string, string> Metadata, IReadOnlyList<Tensor> Tensors) Read(Stream file, string path)
    {
        TopazException Bad(string what) => new($"{path}: {what}; this is not a model, or it is damaged: copy or train it again.");

        Span<byte> prefix = stackalloc byte[8];
        if (file.ReadAtLeast(prefix, 8, throwOnEndOfStream: false) < 8)
            throw Bad($"it has only {file.Length} bytes");
        long headerLength = BinaryPrimitives.ReadInt64LittleEndian(prefix);
        if (headerLength < 2 || headerLength > MaxHeader || headerLength > file.Length - 8)
            throw Bad($"its header claims {(ulong)headerLength} bytes of a file of {file.Length}");
        var header = new byte[headerLength];
        file.ReadExactly(header);

        var metadata = new Dictionary<string, string>();
        var found = new List<(string Name, int[] Shape, long Begin, long End)>();
        try
        {
            using JsonDocument json = JsonDocument.Parse(header);
            foreach (JsonProperty property in json.RootElement.EnumerateObject())
            {
                if (property.Name == "__metadata__")
                {
                    foreach (JsonProperty entry in property.Value.EnumerateObject())
                        metadata[entry.Name] = entry.Value.GetString() ?? "";
                    continue;
                }

                string? type = property.Value.GetProperty("dtype").GetString();
                if (type != "F32")
                    throw Bad($"tensor '{property.Name}' has type {type}, but only F32 is supported");
                JsonElement offsets = property.Value.GetProperty("data_offsets");
                found.Add((
                    property.Name,
                    [.. property.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())],
                    offsets[0].GetInt64(),
                    offsets[1].GetInt64()));
            }
        }
        // What System.Text.Json throws on text that is no JSON, on a value of another kind, a missing key, a missing element
        // and a number out of range.
        catch (Exception failure) when (
            failure is JsonException or InvalidOperationException or KeyNotFoundException or IndexOutOfRangeException or FormatException)
        {
            throw Bad("its header cannot be understood");
        }

        found.Sort((a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin) : a.End.CompareTo(b.End));
        long available = file.Length - 8 - headerLength, position = 0;
        var names = new HashSet<string>();
        foreach ((string name, int[] shape, long begin, long end) in found)
        {
            if (!names.Add(name))
                throw Bad($"it has two tensors '{name}'");
            if (begin != position || end < begin || end > available)
                throw Bad($"tensor '{name}' claims bytes {begin} to {end} of {available}, where {position} should be next");
            if (ByteLength(shape) != end - begin)
                throw Bad($"tensor '{name}' has {end - begin} bytes, which do not fit its shape [{string.Join(", ", shape)}]");
            position = end;
        }

        if (position != available)
            throw Bad($"{available - position} bytes belong to no tensor");

        var tensors = new List<Tensor>(found.Count);
        foreach ((string name, int[] shape, long begin, long end) in found)
        {
            var data = new float[(end - begin) / 4];
            file.ReadExactly(MemoryMarshal.AsBytes(data.AsSpan()));
            if (!BitConverter.IsLittleEndian)
            {
                Span<int> words = MemoryMarshal.Cast<float, int>(data.AsSpan());
                BinaryPrimitives.ReverseEndianness(words, words);
            }

            tensors.Add(new Tensor(name, shape, data));
        }

        return (metadata, tensors);
    }

    /// <summary>Bytes of a tensor; −1 if the shape is negative or absurd.</summary>
    private static long ByteLength(int[] shape)
    {
        long length = 4;
        foreach (int size in shape)
        {
            if (size < 0 || (size > 0 && length > int.MaxValue / size))
                return -1;
            length *= size;
        }

        return length;
    }
}
