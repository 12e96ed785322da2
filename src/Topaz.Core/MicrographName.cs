namespace Topaz;

/// <summary>How a micrograph is called: its file's name without folder and image extension, so that lists and coordinates match
/// whatever paths they were written with.</summary>
public static class MicrographName
{
    // Labels made elsewhere may name images of formats that are not read here.
    private static readonly string[] s_removed = [".mrc.gz", ".mrc", ".mrcs", ".tif", ".tiff", ".png"];

    /// <summary>Extensions of the images that can be read, in the order in which a file without extension is looked for.</summary>
    public static IReadOnlyList<string> Readable { get; } = [".mrc", ".mrcs", ".mrc.gz"];

    /// <summary>The name of the micrograph at <paramref name="path"/>, which may use either slash.</summary>
    /// <remarks>Only image extensions are removed, also those of formats that cannot be read: a dot may be part of a name, as in
    /// <c>grid1_12.50e_003</c>.</remarks>
    public static string Of(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string name = path[(path.AsSpan().LastIndexOfAny('/', '\\') + 1)..];
        string? extension = ExtensionIn(s_removed, name);
        return extension is null || extension.Length == name.Length ? name : name[..^extension.Length];
    }

    /// <summary>Whether <paramref name="path"/> names an image, of a format that can be read or not, rather than a list of
    /// images.</summary>
    public static bool HasImageExtension(string path) => ExtensionIn(s_removed, path) is not null;

    /// <summary>Whether <paramref name="path"/> ends like an image that can be read.</summary>
    public static bool IsReadable(string path) => ExtensionIn(Readable, path) is not null;

    private static string? ExtensionIn(IEnumerable<string> extensions, string path) =>
        extensions.FirstOrDefault(extension => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase));
}
