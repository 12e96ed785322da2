using System.IO.Compression;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

namespace Microsoft.ML;

/// <summary>Reads a component from its folder of a model file.</summary>
internal sealed class ModelReader(ZipArchive archive, string folder, ComponentCatalog catalog, BinaryReader state)
{
    // Only these are ever made from a file; a custom mapping only through a contract of a registered assembly.
    private static readonly Dictionary<string, Func<ModelReader, ITransformer>> Loaders = new()
    {
        [TransformerChainModel.Kind] = TransformerChainModel.Load,
        [ColumnCopyingTransformer.Kind] = ColumnCopyingTransformer.Load,
        [ColumnSelectingTransformer.Kind] = ColumnSelectingTransformer.Load,
        [ColumnConcatenatingTransformer.Kind] = ColumnConcatenatingTransformer.Load,
        [CustomMappingContract.Kind] = CustomMappingContract.Load,
        [ValueMappingTransformer.Kind] = ValueMappingTransformer.Load,
    };

    public ComponentCatalog Catalog => catalog;

    public BinaryReader State => state;

    public ITransformer LoadChild(string name) => Load(archive, $"{folder}{name}/", catalog);

    public string[] ReadStrings()
    {
        string[] values = new string[State.ReadInt32()];
        for (int i = 0; i < values.Length; i++)
            values[i] = State.ReadString();
        return values;
    }

    public static ITransformer Load(ZipArchive archive, string folder, ComponentCatalog catalog)
    {
        ZipArchiveEntry entry = archive.GetEntry(folder + ModelSaveContext.EntryName)
            ?? throw new InvalidOperationException($"Not a model file: it doesn't contain entry '{folder}{ModelSaveContext.EntryName}'");
        using BinaryReader state = new(entry.Open());
        string kind = state.ReadString();
        return Loaders.TryGetValue(kind, out Func<ModelReader, ITransformer>? load)
            ? load(new ModelReader(archive, folder, catalog, state))
            : throw new FormatException($"Corrupt model file: unknown component '{kind}'");
    }
}
