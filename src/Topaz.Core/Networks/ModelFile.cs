using Topaz.Networks.Pickle;

namespace Topaz.Networks;

/// <summary>
/// Models on disk: a safetensors file with the network's tensors, and architecture, preprocessing and training record in its
/// metadata. It holds no code, and other tools can read it.
/// </summary>
public static class ModelFile
{
    /// <summary>Writes a model, without the decoder, which only training needs; an older file is replaced all at once.</summary>
    /// <exception cref="TopazException">The file cannot be written.</exception>
    /// <exception cref="ArgumentException">The weights do not fit the architecture.</exception>
    public static void Save(string path, PickerModel model)
    {
        byte[] bytes = ToBytes(model);
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    /// <summary>A model as the bytes of its file.</summary>
    /// <exception cref="ArgumentException">The weights do not fit the architecture.</exception>
    public static byte[] ToBytes(PickerModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Architecture architecture = model.Architecture.WithoutDecoder();
        Weights weights = ParameterLayout.Select(architecture, model.Weights);
        if (ParameterLayout.Mismatch(architecture, weights) is { } mismatch)
            throw new ArgumentException($"These weights are not those of the model: {mismatch}.", nameof(model));

        using var bytes = new MemoryStream();
        SafetensorsFile.Write(bytes, Metadata(model), weights.Tensors);
        return bytes.ToArray();
    }

    /// <summary>All that is to be known of a model beside its weights.</summary>
    internal static SortedDictionary<string, string> Metadata(PickerModel model)
    {
        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["topaz.version"] = "1" };
        ModelMetadata.Write(metadata, model.Architecture.WithoutDecoder().Options);
        ModelMetadata.Write(metadata, model.Preprocessing);
        if (model.Training is { } training)
            ModelMetadata.Write(metadata, training);
        return metadata;
    }

    /// <summary>
    /// Reads a model and makes sure that it is whole: one of this program, or a checkpoint of the Python tool, packaged or trained. The
    /// content tells which; a pickle in it is read and never executed.
    /// </summary>
    /// <exception cref="TopazException">
    /// The file is missing, truncated or no model, its tensors do not fit its architecture, or a weight is not finite.
    /// </exception>
    public static PickerModel Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return SafetensorsFile.Open(path, stream => Load(stream, path));
    }

    /// <summary>The model in the bytes of a file.</summary>
    /// <param name="bytes">What <see cref="ToBytes"/> gave, or the content of any file that <see cref="Load(string)"/> reads.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="TopazException">As for <see cref="Load(string)"/>.</exception>
    public static PickerModel FromBytes(byte[] bytes, string name)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        using var stream = new MemoryStream(bytes, writable: false);
        return Load(stream, name);
    }

    private static PickerModel Load(Stream stream, string path)
    {
        Span<byte> beginning = stackalloc byte[9];
        int length = stream.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        // The length of our header may have the bytes with which others begin, but behind it stands JSON.
        if (beginning[8] == '{')
            return Load(SafetensorsFile.Read(stream, path), path);
        // An ONNX file begins with the version of its format, and then the name of the program that made it.
        if (beginning is [0x08, < 32, 0x12, ..])
            throw new TopazException($"{path}: is an ONNX file, which is written for other programs; give the model that it was made from.");
        return TorchCheckpoint.IsOne(beginning[..length]) ? PythonModel.Read(stream, path) : Load(SafetensorsFile.Read(stream, path), path);
    }

    private static PickerModel Load((IReadOnlyDictionary<string, string> Metadata, IReadOnlyList<Tensor> Tensors) content, string path)
    {
        (IReadOnlyDictionary<string, string> metadata, IReadOnlyList<Tensor> tensors) = content;
        if (metadata.ContainsKey("topaz.checkpoint"))
            throw new TopazException($"{path}: this is a checkpoint of a training run, not a model; take the .sav file beside it.");
        Architecture architecture = ModelMetadata.ReadArchitecture(metadata, path);
        return new PickerModel(
            architecture,
            Collect(architecture, tensors, path),
            ModelMetadata.ReadPreprocessing(metadata, path),
            ModelMetadata.ReadTraining(metadata, path));
    }

    /// <summary>Turns what a file holds into the weights of an architecture, in its order.</summary>
    internal static Weights Collect(Architecture architecture, IEnumerable<Tensor> tensors, string path)
    {
        var found = new Weights();
        foreach (Tensor tensor in tensors)
        {
            if (tensor.Data.Any(value => !float.IsFinite(value)))
                throw new TopazException($"{path}: tensor '{tensor.Name}' holds numbers that are not finite; train the model again.");
            found.Add(tensor);
        }

        if (ParameterLayout.Mismatch(architecture, found) is { } mismatch)
            throw new TopazException($"{path}: {mismatch}; the file is damaged or of another program.");
        return ParameterLayout.Select(architecture, found);
    }
}
