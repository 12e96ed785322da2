using Topaz.Particles;

namespace Topaz.Cli;

/// <summary>Says and checks where results will go before the work begins, not after hours of it.</summary>
internal static class OutputPath
{
    /// <summary>Where in a folder the MRC image made from a micrograph goes.</summary>
    /// <exception cref="TopazException">That is where the micrograph itself is.</exception>
    public static string For(ImageEntry image, string folder)
    {
        string path = Path.Combine(folder, image.Name + ".mrc");
        return Path.GetFullPath(path) != Path.GetFullPath(image.Path)
            ? path
            : throw new TopazException($"{image.Path}: would be overwritten by its own result; choose another output folder.");
    }

    /// <summary>Makes sure that a file can be put at <paramref name="path"/>; its folder is created if need be.</summary>
    /// <exception cref="TopazException">It cannot.</exception>
    public static void RequireFile(string path)
    {
        if (Directory.Exists(path))
            throw new TopazException($"{path}: is a folder; give the name of a file in it.");
        // Results are put in place by renaming, which would replace the device itself.
        if (Path.GetFullPath(path).StartsWith("/dev/", StringComparison.Ordinal))
            throw new TopazException($"{path}: is a device; give the name of a file.");
        RequireFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>Makes sure that files can be put into <paramref name="folder"/>, which is created if need be.</summary>
    /// <exception cref="TopazException">They cannot.</exception>
    public static void RequireFolder(string folder)
    {
        string probe = Path.Combine(folder, Path.GetRandomFileName() + ".tmp");
        try
        {
            Directory.CreateDirectory(folder);
            try
            {
                // A full disk still creates empty files.
                using FileStream stream = File.Create(probe, bufferSize: 1);
                stream.Write(new byte[4096]);
                stream.Flush(flushToDisk: true);
            }
            finally
            {
                File.Delete(probe);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            string reason = failure.Message.ReplaceLineEndings(" ").TrimEnd('.');
            throw new TopazException($"{folder}: cannot be written to ({reason}); check the folder, its permissions and free space.", failure);
        }
    }
}
