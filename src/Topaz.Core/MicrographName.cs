namespace Topaz;

/// <summary>How a micrograph is called: its file's name without folder and image extension, so that lists and coordinates match
/// whatever paths they were written with.</summary>
public static class MicrographName
{
    /// <summary>Extensions of the images that can be read, in the order in which a file without extension is looked for.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".mrc", ".mrcs", ".tif", ".tiff", ".png", ".mrc.gz"];

    /// <summary>The name of the micrograph at <paramref name="path"/>, which may use either slash.</summary>
    /// <remarks>Only known image extensions are removed: a dot may be part of a name, as in <c>grid1_12.50e_003</c>.</remarks>
    public static string Of(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string name = path[(path.AsSpan().LastIndexOfAny('/', '\\') + 1)..];
        foreach (string extension in Extensions)
        {
            if (name.Length > extension.Length && name.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
                return name[..^extension.Length];
        }

        return name;
    }

    /// <summary>Whether <paramref name="path"/> ends in a known image extension.</summary>
    public static bool HasImageExtension(string path) =>
        Extensions.Any(extension => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase));
}
