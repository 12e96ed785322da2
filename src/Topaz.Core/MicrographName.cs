namespace Topaz;

/// <summary>How a micrograph is called: its file's name without folder and image extension, so that lists and coordinates match
/// whatever paths they were written with.</summary>
public static class MicrographName
{
    /// <summary>Extensions of the images that can be read, in the order in which a file without extension is looked for.</summary>
    public static IReadOnlyList<string> Readable { get; } =
        [".mrc", ".mrcs", ".tif", ".tiff", ".png", ".mrc.gz", ".mrcs.gz", ".tif.gz", ".tiff.gz", ".png.gz"];

    /// <summary>The name of the micrograph at <paramref name="path"/>, which may use either slash; an image of a stack,
    /// <c>000003@movies/a.mrcs</c>, is called <c>000003@a</c>.</summary>
    /// <remarks>Only image extensions are removed: a dot may be part of a name, as in <c>grid1_12.50e_003</c>.</remarks>
    public static string Of(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        int at = path.IndexOf('@');
        string stack = at > 0 && !path.AsSpan(0, at).ContainsAnyExceptInRange('0', '9') ? path[..(at + 1)] : "";
        string name = path[Math.Max(stack.Length, path.AsSpan().LastIndexOfAny('/', '\\') + 1)..];
        string? extension = ExtensionOf(name);
        return stack + (extension is null || extension.Length == name.Length ? name : name[..^extension.Length]);
    }

    /// <summary>Whether <paramref name="path"/> ends like an image, rather than a list of images.</summary>
    public static bool IsImage(string path) => ExtensionOf(path) is not null;

    private static string? ExtensionOf(string path) =>
        Readable.FirstOrDefault(extension => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase));
}
