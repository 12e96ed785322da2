using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Topaz.Tests;

/// <summary>
/// Reference values in <c>../shared/goldens</c> beside the checkout. Tests that need them are <c>[SkippableFact]</c>s that
/// call <see cref="Require"/>, and so are skipped, visibly, where the folder is not there.
/// </summary>
internal static class Goldens
{
    private static readonly Lazy<JsonNode> Index = new(() => JsonNode.Parse(
        File.ReadAllText(Path.Combine(Folder!, "goldens.json")),
        documentOptions: new JsonDocumentOptions { AllowTrailingCommas = true })!);

    /// <summary>The folder <c>shared</c> beside the checkout; null where there is none.</summary>
    public static string? Shared { get; } = FindShared();

    public static string? Folder => Shared is null ? null : Path.Combine(Shared, "goldens");

    /// <summary>goldens.json, after making sure that it is there.</summary>
    public static JsonNode Require()
    {
        Xunit.Skip.If(Shared is null, "the folder ../shared with reference values is not beside this checkout");
        return Index.Value;
    }

    public static float[] Floats(JsonNode entry) => MemoryMarshal.Cast<byte, float>(Bytes(entry)).ToArray();

    public static double[] Doubles(JsonNode entry) => MemoryMarshal.Cast<byte, double>(Bytes(entry)).ToArray();

    public static int[] Ints(JsonNode entry) => MemoryMarshal.Cast<byte, int>(Bytes(entry)).ToArray();

    public static int[] Shape(JsonNode entry) => entry["shape"]!.AsArray().Select(size => (int)size!).ToArray();

    public static double[] Numbers(JsonNode array) => array.AsArray().Select(number => (double)number!).ToArray();

    private static byte[] Bytes(JsonNode entry) => File.ReadAllBytes(Path.Combine(Folder!, (string)entry["file"]!));

    private static string? FindShared()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "shared");
            if (File.Exists(Path.Combine(candidate, "goldens", "goldens.json")))
                return candidate;
        }

        return null;
    }
}
