namespace Topaz.Images;

/// <summary>Micrographs in files of any format that is read, recognised by content and not by the name's ending.</summary>
public static class MicrographFile
{
    /// <summary>Reads a micrograph; of a stack, the first image.</summary>
    /// <exception cref="MicrographFormatException">The file is of no known format, or not sound.</exception>
    /// <exception cref="TopazException">The file is missing or unreadable.</exception>
    public static Micrograph Read(string path) => Read(path, spare: null);

    /// <summary>The same, into the array <paramref name="spare"/> if it has just the right length.</summary>
    internal static Micrograph Read(string path, float[]? spare) => MrcFile.Read(path, section: 0, spare);

    /// <summary>The name by which lists and coordinates refer to a micrograph: its file's name without folder, extension and
    /// .gz.</summary>
    public static string NameOf(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string name = Path.GetFileName(path);
        if (MrcFile.IsGzipName(name))
            name = name[..^3];
        return Path.GetFileNameWithoutExtension(name);
    }
}
