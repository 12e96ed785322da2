namespace Topaz.Images;

/// <summary>Micrographs in files of any format that is read, recognised by content and not by the name's ending.</summary>
public static class MicrographFile
{
    /// <summary>Reads a micrograph; of a stack, the first image.</summary>
    /// <param name="path">The file.</param>
    /// <param name="threads">Threads to use; 0 for one per core.</param>
    /// <exception cref="MicrographFormatException">The file is of no known format, or not sound.</exception>
    /// <exception cref="TopazException">The file is missing or unreadable.</exception>
    public static Micrograph Read(string path, int threads = 0) => MrcFile.Read(path, threads: threads);
}
