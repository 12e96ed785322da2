namespace Topaz.Images;

/// <summary>Micrographs in files of any format that is read, recognised by content and not by the name's ending.</summary>
public static class MicrographFile
{
    /// <summary>Reads a micrograph; of a stack, the first image.</summary>
    /// <exception cref="MicrographFormatException">The file is of no known format, or not sound.</exception>
    /// <exception cref="TopazException">The file is missing or unreadable.</exception>
    public static Micrograph Read(string path) => MrcFile.Read(path);
}
