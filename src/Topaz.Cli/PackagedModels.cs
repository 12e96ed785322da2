using System.Globalization;
using Topaz.Networks;

namespace Topaz.Cli;

/// <summary>
/// The weights that the Python tool packages, for those who have them: files such as <c>resnet16_u64.sav</c> in the folder that the
/// environment variable TOPAZ_MODELS names.
/// </summary>
internal static class PackagedModels
{
    private const string Variable = "TOPAZ_MODELS";

    /// <summary>Whether this is the name of an architecture or, as in <c>resnet8_u32</c>, of packaged weights.</summary>
    public static bool IsName(string text) => ArchitectureFactory.Names.Any(name =>
        text == name || text.StartsWith(name + "_u", StringComparison.Ordinal) && text.AsSpan(name.Length + 2).IndexOfAnyExceptInRange('0', '9') < 0);

    /// <summary>The weights of that name: of several sizes, the one with the given units or else the largest; null where there are none.</summary>
    public static string? Find(string name, int? units = null)
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } folder || !Directory.Exists(folder))
            return null;
        string exact = Path.Combine(folder, name + ".sav");
        if (File.Exists(exact))
            return exact;
        IEnumerable<(string Path, int Units)> sizes =
            from path in Directory.EnumerateFiles(folder, name + "_u*.sav")
            let size = Path.GetFileNameWithoutExtension(path)[(name.Length + 2)..]
            where int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out _)
            select (path, int.Parse(size, CultureInfo.InvariantCulture));
        return sizes.Where(found => units is null || found.Units == units).OrderByDescending(found => found.Units).FirstOrDefault().Path;
    }

    /// <summary>What to say where the weights of that name are missing.</summary>
    public static TopazException Missing(string name) => new(
        $"{name}: no weights are packaged with this program; train a model with 'topaz train' and give it with -m, or set {Variable} to the folder that holds the Python tool's ({name}_u64.sav or another size).");
}
