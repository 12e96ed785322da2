using System.IO.Compression;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>A model file: a zip of the transformer's components and, where it was given, the input schema.</summary>
internal static class ModelFile
{
    private const string TransformerFolder = "TransformerChain/", SchemaEntry = "schema.bin";

    public static void Save(ITransformer model, DataViewSchema? inputSchema, Stream stream)
    {
        using ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true);
        using (ModelSaveContext context = new(archive, TransformerFolder))
            ((ICanSaveModel)model).Save(context);
        if (inputSchema == null)
            return;
        using BinaryWriter writer = new(archive.CreateEntry(SchemaEntry).Open());
        SchemaCode.Write(writer, inputSchema);
    }

    public static ITransformer Load(Stream stream, ComponentCatalog catalog, out DataViewSchema? inputSchema)
    {
        using ZipArchive archive = Open(stream);
        ITransformer model = ModelReader.Load(archive, TransformerFolder, catalog);
        inputSchema = null;
        if (archive.GetEntry(SchemaEntry) is { } entry)
        {
            using BinaryReader reader = new(entry.Open());
            inputSchema = SchemaCode.Read(reader);
        }

        return model;
    }

    private static ZipArchive Open(Stream stream)
    {
        try
        {
            return new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        }
        catch (InvalidDataException e)
        {
            throw new FormatException("Failed to open a zip archive", e);
        }
    }
}
