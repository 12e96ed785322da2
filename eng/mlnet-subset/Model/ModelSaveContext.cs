using System.IO.Compression;

namespace Microsoft.ML;

/// <summary>
/// A folder of a model file. A component writes its kind and its state there, and its parts into folders below.
/// </summary>
public sealed class ModelSaveContext : IDisposable
{
    internal const string EntryName = "component.bin";
    private readonly ZipArchive _archive;
    private readonly string _folder;

    internal ModelSaveContext(ZipArchive archive, string folder) => (_archive, _folder) = (archive, folder);

    /// <summary>Does nothing: the file belongs to the operation that saves.</summary>
    public void Dispose()
    {
    }

    internal void Write(string kind, Action<BinaryWriter> writeState)
    {
        using BinaryWriter state = new(_archive.CreateEntry(_folder + EntryName).Open());
        state.Write(kind);
        writeState(state);
    }

    internal void SaveChild(string name, ICanSaveModel component)
    {
        using ModelSaveContext child = new(_archive, $"{_folder}{name}/");
        component.Save(child);
    }

    internal static void WriteStrings(BinaryWriter state, string[] values)
    {
        state.Write(values.Length);
        foreach (string value in values)
            state.Write(value);
    }
}
