using System.Globalization;
using System.Text.RegularExpressions;
using CsvHelper;
using Topaz.Images;

namespace Topaz.Particles;

/// <summary>
/// Which micrographs to work on: a tab-separated list <c>image_name path [source]</c> (columns in any order, header optional), a
/// folder, a pattern with *, ? and [ ], or one image. A file that holds several images stands for all of them.
/// </summary>
public static class ImageList
{
    private static readonly string[] Columns = ["image_name", "path", "source"];

    /// <summary>Reads a list, a folder, a pattern or one image, whichever <paramref name="path"/> is.</summary>
    /// <remarks>
    /// Paths in a list are looked up from the working folder, then from the list's; a path without extension finds the image that
    /// has one. An image that is not there stays in the list with its path as written: whether one missing image ends the work
    /// is the caller's decision.
    /// </remarks>
    /// <exception cref="TopazException">Nothing is found, or two images have the same name.</exception>
    public static IReadOnlyList<ImageEntry> Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (File.Exists(path) && !MicrographName.IsImage(path))
            return ReadList(path);
        List<ImageEntry> images = [.. Search(path).SelectMany(MicrographFile.Expand).Select(image => new ImageEntry(MicrographName.Of(image), image))];
        if (images.Count == 0)
            throw new TopazException($"{path}: holds no image ({string.Join(", ", MicrographName.Readable)}); check the path.");
        images.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        for (int i = 1; i < images.Count; i++)
        {
            if (images[i].Name == images[i - 1].Name)
                throw new TopazException($"{path}: {images[i - 1].Path} and {images[i].Path} have the same name; give a pattern such as '*.mrc', or a list.");
        }

        return images;
    }

    /// <summary>Makes sure that labels belong to images.</summary>
    /// <param name="images">The images.</param>
    /// <param name="labels">Their labels.</param>
    /// <param name="source">Where the labels come from, for messages.</param>
    /// <returns>A warning if some labels are in micrographs that are not among the images; otherwise null.</returns>
    /// <exception cref="TopazException">No labelled micrograph is among the images.</exception>
    public static string? CheckLabels(IReadOnlyList<ImageEntry> images, ParticleTable labels, string source)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(labels);
        string[] unknown = [.. labels.Micrographs.Except(images.Select(image => image.Name))];
        if (unknown.Length < labels.Micrographs.Count)
        {
            return unknown.Length == 0
                ? null
                : $"{source}: {unknown.Sum(name => labels[name].Count)} labels are in {unknown.Length} micrographs that are not among the images, the first {unknown[0]}.";
        }

        string example = unknown.Length > 0 && images.Count > 0 ? $" ({unknown[0]} is not, {images[0].Name} is)" : "";
        throw new TopazException($"{source}: none of its micrographs is among the images{example}; names without folder and extension must be the same.");
    }

    /// <summary>Writes a list with a header; the source only if an entry has one.</summary>
    /// <exception cref="TopazException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<ImageEntry> images)
    {
        bool sources = images.Any(image => image.Source.Length > 0);
        AtomicFile.Write(path, stream =>
        {
            using CsvWriter rows = CsvWriter.Create(stream, new CsvWriterOptions { Separator = '\t', NewLine = "\n" }, leaveOpen: true);
            rows.WriteRecord(sources ? Columns : Columns[..2]);
            foreach (ImageEntry image in images)
                rows.WriteRecord(sources ? [image.Name, image.Path, image.Source] : (string[])[image.Name, image.Path]);
        });
    }

    private static List<ImageEntry> ReadList(string path)
    {
        using StreamReader text = TabSeparatedReader.Open(path);
        return ReadList(text, path);
    }

    internal static List<ImageEntry> ReadList(TextReader text, string path)
    {
        using TabSeparatedReader rows = new(text, path, Columns, required: 2);
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        List<ImageEntry> images = [];
        HashSet<string> names = [];
        while (rows.Read())
        {
            string found = Find(rows.Text(1), folder), source = rows.Has(2) ? rows.Text(2) : "";
            string[] parts = [.. MicrographFile.Expand(found)];
            // A list may call a micrograph by another name than its file's.
            string name = rows.Micrograph(0);
            for (int i = 0; i < parts.Length; i++)
            {
                ImageEntry image = new(
                    parts.Length == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{i + 1:000000}@{name}"), parts[i], source);
                if (!names.Add(image.Name))
                    throw rows.Error($"names {image.Name} a second time; names without folder and extension must differ");
                images.Add(image);
            }
        }

        return images.Count > 0 ? images : throw new TopazException($"{path}: lists no image; add lines of image_name and path, separated by a tab.");
    }

    private static string Find(string path, string folder)
    {
        if (MicrographFile.Parse(path) is (string stack, int image))
            return string.Create(CultureInfo.InvariantCulture, $"{image:000000}@{Find(stack, folder)}");
        foreach (string place in (string[])[path, Path.Combine(folder, path)])
        {
            foreach (string candidate in MicrographName.Readable.Select(extension => place + extension).Prepend(place))
            {
                if (File.Exists(candidate))
                    return candidate;
            }
        }

        return path;
    }

    private static List<string> Search(string path)
    {
        try
        {
            // An image named by itself is taken whatever its format: reading it tells what is wrong.
            if (File.Exists(MicrographFile.Parse(path).File))
                return [path];
            return WithoutPictures([.. Files(path).Where(MicrographName.IsImage)]);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new TopazException($"{path}: cannot be searched; check its permissions.", failure);
        }
    }

    /// <summary>Leaves out PNG files beside other images of the same name, for they are pictures of them, as <c>--format mrc,png</c> makes.</summary>
    private static List<string> WithoutPictures(List<string> files)
    {
        HashSet<string> images = [.. files.Where(file => !IsPng(file)).Select(MicrographName.Of)];
        return [.. files.Where(file => !IsPng(file) || !images.Contains(MicrographName.Of(file)))];

        static bool IsPng(string file) => file.EndsWith(".png", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The files in a folder, or those that a pattern matches.</summary>
    /// <exception cref="TopazException">It is neither.</exception>
    public static IEnumerable<string> Files(string path) =>
        Directory.Exists(path) ? Directory.EnumerateFiles(path)
        : IsPattern(path) ? Expand(path)
        : throw new TopazException($"{path}: does not exist; check the path.");

    /// <summary>Whether a path holds what stands for other letters.</summary>
    public static bool IsPattern(string path) => path.AsSpan().ContainsAny('*', '?', '[');

    /// <summary>The files that a pattern matches; *, ? and [ ] may stand in folder names too.</summary>
    private static IEnumerable<string> Expand(string pattern)
    {
        string root = Path.GetPathRoot(pattern)!;
        string[] parts = pattern[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        IEnumerable<string> folders = [root];
        foreach (string part in parts[..^1])
        {
            folders = IsPattern(part)
                ? folders.SelectMany(folder => Matches(Directory.EnumerateDirectories(OrHere(folder)), folder, part))
                : folders.Select(folder => Path.Combine(folder, part)).Where(Directory.Exists);
        }

        return folders.SelectMany(folder => Matches(Directory.EnumerateFiles(OrHere(folder)), folder, parts[^1]));
    }

    private static IEnumerable<string> Matches(IEnumerable<string> paths, string folder, string pattern)
    {
        // As shells do: [abc] is one of these letters, [!abc] any other one.
        string expression = Regex.Escape(pattern).Replace(@"\*", ".*").Replace(@"\?", ".").Replace(@"\[!", "[^").Replace(@"\[", "[");
        Regex match;
        try
        {
            match = new Regex($"^{expression}$", RegexOptions.Singleline | RegexOptions.NonBacktracking);
        }
        catch (ArgumentException failure)
        {
            throw new TopazException($"{pattern}: is no pattern that can be understood; use *, ? and [abc].", failure);
        }

        return from name in paths.Select(path => Path.GetFileName(path)) where match.IsMatch(name) select Path.Combine(folder, name);
    }

    private static string OrHere(string folder) => folder.Length == 0 ? "." : folder;
}
