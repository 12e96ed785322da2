using Topaz.Images;
using Topaz.Particles;

namespace Topaz.Cli;

/// <summary>Says and checks where results will go before the work begins, not after hours of it.</summary>
internal static class OutputPath
{
    private static readonly StringComparer PathComparer = OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase;

    /// <summary>Where in a folder the image made from a micrograph goes.</summary>
    public static string For(ImageEntry image, string folder, string ending = ".mrc") => Path.Combine(folder, image.Name + ending);

    /// <summary>Makes sure that the image made from each micrograph can be put into a folder, which is created if need be.</summary>
    /// <exception cref="TopazException">It cannot, or a result would replace a micrograph or another result.</exception>
    public static void RequireImages(IReadOnlyList<ImageEntry> images, string folder, string ending = ".mrc")
    {
        HashSet<string> inputs = images.Select(image => Real(MicrographFile.Parse(image.Path).File)).ToHashSet(PathComparer), outputs = new(PathComparer);
        foreach (string path in images.Select(image => For(image, folder, ending)))
        {
            string real = Real(path);
            if (inputs.Contains(real))
                throw new TopazException($"{path}: is one of the micrographs and would be overwritten by a result; choose another output folder.");
            if (!outputs.Add(real))
                throw new TopazException($"{path}: is where two results would go; rename a micrograph.");
        }

        RequireFolder(folder);
    }

    /// <summary>Makes sure that a table or model can be put at <paramref name="path"/>, as <see cref="RequireFile"/> does.</summary>
    /// <exception cref="TopazException">It cannot, or the name is that of an image.</exception>
    public static void RequireNoImage(string path, params IEnumerable<string?> inputs)
    {
        // Likely the name was forgotten, and what the shell made of a pattern is taken for it.
        if (MicrographName.IsImage(path))
            throw new TopazException($"{path}: has the name of an image, but what is to be written is none; give another name, such as picks.txt.");
        RequireFile(path, inputs);
    }

    /// <summary>Makes sure that a file can be put at <paramref name="path"/>; its folder is created if need be.</summary>
    /// <exception cref="TopazException">It cannot, or it would replace an input.</exception>
    public static void RequireFile(string path, params IEnumerable<string?> inputs)
    {
        RequireOther(path, inputs);
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
            string reason = failure.Message.TrimEnd('.');
            throw new TopazException($"{folder}: cannot be written to ({reason}); check the folder, its permissions and free space.", failure);
        }
    }

    /// <summary>Makes sure that what will be put at <paramref name="path"/> replaces no input.</summary>
    /// <exception cref="TopazException">It would.</exception>
    public static void RequireOther(string path, IEnumerable<string?> inputs)
    {
        string real = Real(path);
        if (inputs.Any(input => input is not null && PathComparer.Equals(Real(MicrographFile.Parse(input).File), real)))
            throw new TopazException($"{path}: is an input and would be overwritten; give the output another name.");
    }

    /// <summary>The one path of a file or folder, there or not, whatever links lead to it.</summary>
    private static string Real(string path)
    {
        path = Path.GetFullPath(path);
        if (Path.GetDirectoryName(path) is not { } folder)
            return path;
        // Behind a slash at the end there is no name.
        string place = Path.GetFileName(path) is { Length: > 0 } name ? Path.Combine(Real(folder), name) : Real(folder);
        try
        {
            return new FileInfo(place).ResolveLinkTarget(returnFinalTarget: true) is { } target ? Real(target.FullName) : place;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // What is not there is no link.
            return place;
        }
    }
}
