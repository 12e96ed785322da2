namespace Topaz;

/// <summary>Writes files that are either there in full or not there at all.</summary>
public static class AtomicFile
{
    /// <summary>
    /// Lets <paramref name="write"/> fill a temporary file beside <paramref name="path"/>, flushes it to the disk and renames it
    /// to <paramref name="path"/>. When anything fails, the temporary file is removed and a file that stood at
    /// <paramref name="path"/> is left as it was.
    /// </summary>
    /// <exception cref="TopazException">The folder is missing, full or not writable.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        string temporary = $"{path}.{Path.GetRandomFileName()}.tmp";
        try
        {
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception failure)
        {
            TryDelete(temporary);
            if (failure is not (IOException or UnauthorizedAccessException))
                throw;
            string reason = failure.Message.ReplaceLineEndings(" ").TrimEnd('.');
            throw new TopazException(
                $"{path}: cannot be written ({reason}); check the folder, its permissions and free space.", failure);
        }
    }

    private static void TryDelete(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The first failure is the one worth telling.
        }
    }
}
