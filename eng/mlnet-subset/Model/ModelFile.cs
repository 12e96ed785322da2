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
        DataViewSchema.Column[] columns = [.. inputSchema.Where(c => !c.IsHidden && ColumnTypeCode.CanWrite(c.Type))];
        writer.Write(columns.Length);
        foreach (DataViewSchema.Column column in columns)
        {
            writer.Write(column.Name);
            ColumnTypeCode.Write(writer, column.Type);
        }
    }

    public static ITransformer Load(Stream stream, ComponentCatalog catalog, out DataViewSchema? inputSchema)
    {
        using ZipArchive archive = new(stream, ZipArchiveMode.Read, leaveOpen: true);
        ITransformer model = ModelReader.Load(archive, TransformerFolder, catalog);
        inputSchema = archive.GetEntry(SchemaEntry) is { } entry ? ReadSchema(entry) : null;
        return model;
    }

    private static DataViewSchema ReadSchema(ZipArchiveEntry entry)
    {
        using BinaryReader reader = new(entry.Open());
        DataViewSchema.Builder builder = new();
        for (int count = reader.ReadInt32(); count > 0; count--)
        {
            string name = reader.ReadString();
            builder.AddColumn(name, ColumnTypeCode.Read(reader));
        }

        return builder.ToSchema();
    }
}
