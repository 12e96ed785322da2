using System.Buffers.Binary;
using System.IO.Compression;

namespace Topaz.Networks.Pickle;

/// <summary>
/// A file of PyTorch's <c>torch.save</c>: since version 1.6 a zip archive with the pickle in <c>data.pkl</c> and each storage in
/// <c>data/KEY</c>; before that a stream of five pickles (magic number, protocol, system, object, keys of storages), and then each
/// storage behind its count.
/// </summary>
internal sealed class TorchCheckpoint
{
    // Far beyond any picker; what is larger is not read into memory to find out.
    private const long LargestFile = 1L << 30;
    // Weights hardly shrink and a pickle's text shrinks to a tenth; zeros, of which bombs are made, to a thousandth.
    private const long GreatestRatio = 50, NegligibleEntry = 1 << 16;

    private static readonly byte[] s_zipMagic = [(byte)'P', (byte)'K', 3, 4];
    // The first pickle of a stream, in whatever protocol: a number of 10 bytes.
    private static readonly byte[] s_streamMagic = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

    private readonly string _path;
    private readonly Func<TorchStorage, byte[]> _read;
    private readonly Dictionary<string, byte[]> _storages = [];

    private TorchCheckpoint(object? content, string path, Func<TorchStorage, byte[]> read) => (Content, _path, _read) = (content, path, read);

    /// <summary>What was saved.</summary>
    public object? Content { get; }

    /// <summary>Whether a file begins like one of these.</summary>
    public static bool IsOne(ReadOnlySpan<byte> beginning) => beginning.StartsWith(s_zipMagic) || beginning is [0x80, <= 5, ..];

    /// <summary>Reads a file from a stream that can seek; <paramref name="path"/> names it in messages.</summary>
    /// <exception cref="TopazException">It is damaged, no such file, or asks for something that no model needs.</exception>
    public static TorchCheckpoint Read(Stream stream, string path)
    {
        if (stream.Length > LargestFile)
            throw new TopazException($"{path}: is larger than any picking model; check that it is one.");
        byte[] bytes = new byte[stream.Length];
        stream.Position = 0;
        stream.ReadExactly(bytes);
        return bytes.AsSpan().StartsWith(s_zipMagic) ? FromZip(bytes, path) : FromStream(bytes, path);
    }

    /// <summary>The numbers of a tensor, in row-major order.</summary>
    /// <exception cref="TopazException">It reaches beyond its storage, or its numbers are of no kind that weights have.</exception>
    public float[] Values(TorchTensor tensor)
    {
        byte[] bytes = Storage(tensor.Storage);
        Int128 last = tensor.Offset, count = 1;
        if (tensor.Shape.Count != tensor.Strides.Count || tensor.Shape.Count > 8)
            throw Bad("a tensor has more strides than sides");
        for (int i = 0; i < tensor.Shape.Count; i++)
        {
            last += (Int128)Math.Max(0, tensor.Shape[i] - 1) * tensor.Strides[i];
            count *= tensor.Shape[i];
        }

        // Strides of 0 would make a small file many numbers.
        if (tensor.Offset < 0 || last >= tensor.Storage.Count || count > tensor.Storage.Count)
            throw Bad("a tensor reaches beyond what is stored");
        Func<byte[], long, float> number = tensor.Storage.Type switch
        {
            "FloatStorage" => static (from, i) => BinaryPrimitives.ReadSingleLittleEndian(from.AsSpan((int)(4 * i))),
            "DoubleStorage" => static (from, i) => (float)BinaryPrimitives.ReadDoubleLittleEndian(from.AsSpan((int)(8 * i))),
            "HalfStorage" => static (from, i) => (float)BinaryPrimitives.ReadHalfLittleEndian(from.AsSpan((int)(2 * i))),
            "BFloat16Storage" => static (from, i) =>
                BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(from.AsSpan((int)(2 * i))) << 16),
            string other => throw Bad($"weights are kept as {other}, which are no floating-point numbers"),
        };
        float[] values = new float[(int)count];
        for (int i = 0; i < values.Length; i++)
        {
            (long place, long rest) = (tensor.Offset, i);
            for (int axis = tensor.Shape.Count - 1; axis >= 0; axis--)
            {
                (rest, long index) = Math.DivRem(rest, tensor.Shape[axis]);
                place += index * tensor.Strides[axis];
            }

            values[i] = number(bytes, place);
        }

        return values;
    }

    private byte[] Storage(TorchStorage storage)
    {
        if (!_storages.TryGetValue(storage.Key, out byte[]? bytes))
            _storages.Add(storage.Key, bytes = _read(storage));
        return bytes.Length == SizeOf(storage) ? bytes : throw Bad($"storage {TopazException.Quoted(storage.Key)} has {bytes.Length} bytes, not {SizeOf(storage)}");
    }

    private static TorchCheckpoint FromStream(byte[] bytes, string path)
    {
        int position = 0;
        object? Next()
        {
            var reader = new PickleReader(bytes, position, path);
            object? value = reader.Read();
            position = reader.Position;
            return value;
        }

        // If it is something else, its message may be who it would have called.
        if (Next() is not byte[] magic || !magic.AsSpan().SequenceEqual(s_streamMagic))
            throw new TopazException($"{path}: is a pickle, but not one that PyTorch saved; give a model file.");
        Next();
        if (Next() is PickleDictionary system && system["little_endian"] is false)
            throw new TopazException($"{path}: was saved on a big-endian machine, which is not supported; save it again on another.");
        object? content = Next();
        var places = new Dictionary<string, (int Begin, long Count)>();
        // The stream tells counts, not bytes; the tensors tell how large a number is.
        var sizes = new Dictionary<string, int>();
        CollectSizes(content, sizes, path);
        foreach (object? key in Next() is PickleSequence keys ? keys.Items : [])
        {
            if (key is not string name || !sizes.TryGetValue(name, out int size) || bytes.Length - position < 8)
                throw Damaged(path, "its storages are not those that its tensors need");
            long count = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(position));
            position += 8;
            if (count < 0 || count > (bytes.Length - position) / size)
                throw Damaged(path, $"storage {TopazException.Quoted(name)} claims {count} numbers, where {bytes.Length - position} bytes are left");
            places[name] = (position, count);
            position += (int)count * size;
        }

        return new TorchCheckpoint(content, path, storage =>
            places.TryGetValue(storage.Key, out (int Begin, long Count) place) && place.Count == storage.Count
                ? bytes.AsSpan(place.Begin, (int)SizeOf(storage)).ToArray()
                : throw Damaged(path, $"storage {TopazException.Quoted(storage.Key)} is not as large as its tensors need"));
    }

    private static TorchCheckpoint FromZip(byte[] bytes, string path)
    {
        try
        {
            var archive = new ZipArchive(new MemoryStream(bytes, writable: false), ZipArchiveMode.Read);
            ZipArchiveEntry pickle = archive.Entries.FirstOrDefault(entry => entry.FullName.EndsWith("/data.pkl", StringComparison.Ordinal))
                ?? throw new TopazException($"{path}: is a zip archive, but not one that PyTorch saved; give a model file (a saved pipeline of ML.NET belongs to its application).");
            string folder = pickle.FullName[..^"data.pkl".Length];
            if (archive.GetEntry(folder + "byteorder") is { } order && Unpack(order, path) is not [(byte)'l', ..])
                throw new TopazException($"{path}: was saved on a big-endian machine, which is not supported; save it again on another.");
            object? content = new PickleReader(Unpack(pickle, path), 0, path).Read();
            return new TorchCheckpoint(content, path, storage =>
            {
                ZipArchiveEntry entry = archive.GetEntry($"{folder}data/{storage.Key}") ?? throw Damaged(path, $"storage {TopazException.Quoted(storage.Key)} is missing");
                if (entry.Length != SizeOf(storage))
                    throw Damaged(path, $"storage {TopazException.Quoted(storage.Key)} has {entry.Length} bytes, not {SizeOf(storage)}");
                return Unpack(entry, path);
            });
        }
        catch (Exception failure) when (IsOfTheArchive(failure))
        {
            throw new TopazException($"{path}: its zip archive is damaged; copy the model again.", failure);
        }
    }

    private static byte[] Unpack(ZipArchiveEntry entry, string path)
    {
        if (entry.Length > Math.Max(NegligibleEntry, GreatestRatio * entry.CompressedLength) || entry.Length > LargestFile)
            throw Damaged(path, $"its part {TopazException.Quoted(entry.Name)} claims {entry.Length} bytes, unpacked from {entry.CompressedLength}");
        try
        {
            using Stream stream = entry.Open();
            // Grows with what is there, not with what is claimed.
            using var unpacked = new MemoryStream((int)Math.Min(entry.Length, entry.CompressedLength));
            stream.CopyTo(unpacked);
            return unpacked.Length == entry.Length ? unpacked.ToArray() : throw Damaged(path, $"its part {TopazException.Quoted(entry.Name)} ends too early");
        }
        catch (Exception failure) when (IsOfTheArchive(failure))
        {
            throw new TopazException($"{path}: its zip archive is damaged; copy the model again.", failure);
        }
    }

    // What System.IO.Compression throws on archives that are not sound.
    private static bool IsOfTheArchive(Exception failure) =>
        failure is InvalidDataException or IOException or ArgumentException or NotSupportedException or OverflowException;

    private static void CollectSizes(object? value, Dictionary<string, int> sizes, string path)
    {
        var pending = new Stack<object?>([value]);
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        while (pending.TryPop(out object? next))
        {
            if (next is null or string or bool or long or double || !seen.Add(next))
                continue;
            switch (next)
            {
                case TorchTensor tensor:
                    int size = PickleCatalog.StorageSizes[tensor.Storage.Type];
                    if (!sizes.TryAdd(tensor.Storage.Key, size) && sizes[tensor.Storage.Key] != size)
                        throw Damaged(path, "two tensors take one storage for different numbers");
                    break;
                case PickleSequence sequence:
                    sequence.Items.ForEach(pending.Push);
                    break;
                case PickleDictionary dictionary:
                    dictionary.Keys.ForEach(key => pending.Push(dictionary[key]));
                    break;
                case PickleObject { State: { } state }:
                    pending.Push(state);
                    break;
            }
        }
    }

    private static long SizeOf(TorchStorage storage) => storage.Count > long.MaxValue / 8 ? long.MaxValue : storage.Count * PickleCatalog.StorageSizes[storage.Type];

    private TopazException Bad(string what) => Damaged(_path, what);

    private static TopazException Damaged(string path, string what) => new($"{path}: the file is damaged: {what}; copy the model again.");
}
