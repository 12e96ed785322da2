using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Topaz.Networks;

/// <summary>
/// Writes weights so that PyTorch loads them: <c>torch.load(path, weights_only=True)</c> gives an OrderedDict of tensors in single
/// precision, under the names that the Python tool's networks have.
/// </summary>
public static class StateDictFile
{
    private const string Folder = "model/";

    // All files are alike, whenever they were written.
    private static readonly DateTimeOffset s_time = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes a model's weights; an older file is replaced all at once.</summary>
    /// <exception cref="TopazException">The file cannot be written.</exception>
    public static void Write(string path, PickerModel model)
    {
        byte[] bytes = ToBytes(model);
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    /// <summary>A model's weights as the bytes of such a file.</summary>
    public static byte[] ToBytes(PickerModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Weights weights = ParameterLayout.Select(model.Architecture.WithoutDecoder(), model.Weights);
        var pickle = new Pickler();
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            var storages = new List<byte[]>();
            foreach (Tensor tensor in weights.Tensors)
            {
                pickle.Tensor(tensor.Name, "FloatStorage", storages.Count, tensor.Shape);
                storages.Add(LittleEndian.Of(tensor.Data));
                // PyTorch counts minibatches where it normalises them; nothing depends on how many there were.
                if (tensor.Name.EndsWith(".running_var", StringComparison.Ordinal))
                {
                    pickle.Tensor(tensor.Name.Replace(".running_var", ".num_batches_tracked", StringComparison.Ordinal), "LongStorage", storages.Count, []);
                    storages.Add(new byte[8]);
                }
            }

            Add(archive, "data.pkl", pickle.ToArray());
            Add(archive, "byteorder", "little"u8);
            for (int i = 0; i < storages.Count; i++)
                Add(archive, $"data/{i}", storages[i]);
            Add(archive, "version", "3\n"u8);
        }

        return bytes.ToArray();
    }

    /// <summary>PyTorch maps storages into memory as they lie in the file, so nothing is compressed.</summary>
    private static void Add(ZipArchive archive, string name, ReadOnlySpan<byte> content)
    {
        ZipArchiveEntry entry = archive.CreateEntry(Folder + name, CompressionLevel.NoCompression);
        entry.LastWriteTime = s_time;
        using Stream stream = entry.Open();
        stream.Write(content);
    }

    /// <summary>Pickles, in protocol 2, an OrderedDict of tensors.</summary>
    private sealed class Pickler
    {
        private readonly List<byte> _bytes = [0x80, 2];

        public Pickler()
        {
            OrderedDict();
            _bytes.Add((byte)'(');
        }

        public void Tensor(string name, string storage, int key, IReadOnlyList<int> shape)
        {
            int count = shape.Aggregate(1, (product, side) => product * side);
            Text(name);
            Name("torch._utils", "_rebuild_tensor_v2");
            _bytes.AddRange("(("u8);
            Text("storage");
            Name("torch", storage);
            Text($"{key}");
            Text("cpu");
            Integer(count);
            _bytes.AddRange("tQ"u8);
            Integer(0);
            Tuple(shape);
            Tuple([.. shape.Select((_, axis) => shape.Skip(axis + 1).Aggregate(1, (product, side) => product * side))]);
            _bytes.Add(0x89);
            OrderedDict();
            _bytes.AddRange("tR"u8);
        }

        public byte[] ToArray() => [.. _bytes, (byte)'u', (byte)'.'];

        private void OrderedDict()
        {
            Name("collections", "OrderedDict");
            _bytes.AddRange(")R"u8);
        }

        private void Name(string module, string name) => _bytes.AddRange(Encoding.UTF8.GetBytes($"c{module}\n{name}\n"));

        private void Text(string text)
        {
            byte[] letters = Encoding.UTF8.GetBytes(text);
            Word('X', letters.Length);
            _bytes.AddRange(letters);
        }

        private void Integer(int value) => Word('J', value);

        private void Tuple(IReadOnlyList<int> values)
        {
            _bytes.Add((byte)'(');
            foreach (int value in values)
                Integer(value);
            _bytes.Add((byte)'t');
        }

        private void Word(char instruction, int value)
        {
            Span<byte> word = stackalloc byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(word, value);
            _bytes.Add((byte)instruction);
            _bytes.AddRange(word);
        }
    }
}
