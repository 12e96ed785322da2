namespace Topaz;

/// <summary>
/// A file that is either there in full or not there at all: a temporary file beside it is filled, flushed to the disk and
/// renamed. When anything fails, the temporary file is removed and a file that stood there before is left as it was.
/// </summary>
public sealed class AtomicFile : IDisposable
{
    private readonly string _path, _temporary;

    internal AtomicFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        (_path, _temporary) = (path, $"{path}.{Path.GetRandomFileName()}.tmp");
        Stream = new FileStream(_temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16);
    }

    /// <summary>Where the content goes.</summary>
    internal FileStream Stream { get; }

    /// <summary>Lets <paramref name="write"/> fill the file at <paramref name="path"/>.</summary>
    /// <exception cref="TopazException">The folder is missing, full or not writable.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        try
        {
            using AtomicFile file = new(path);
            write(file.Stream);
            file.Complete();
        }
        catch (Exception failure) when (IsOfTheDisk(failure))
        {
            throw TopazException.CannotWrite(path, failure);
        }
    }

    /// <summary>Whether a failure to write has its cause outside the program.</summary>
    /// <remarks>The last is what .NET makes of a file that has become too large for its file system or the user's limit.</remarks>
    internal static bool IsOfTheDisk(Exception failure) =>
        failure is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException;

    /// <summary>Puts the file in place; without it, the file is given up.</summary>
    internal void Complete()
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        File.Move(_temporary, _path, overwrite: true);
    }

    /// <summary>Removes what was not completed.</summary>
    public void Dispose()
    {
        try
        {
            try
            {
                Stream.Dispose();
            }
            finally
            {
                File.Delete(_temporary);
            }
        }
        catch (Exception failure) when (IsOfTheDisk(failure))
        {
            // The first failure is the one worth telling.
        }
    }
}
