using Topaz.Particles;

namespace Topaz.Cli;

/// <summary>The coordinate files that arguments name: files, patterns, and folders of them.</summary>
internal static class CoordinateFiles
{
    /// <summary>The paths of the files.</summary>
    /// <exception cref="TopazException">A folder or pattern names none.</exception>
    public static IReadOnlyList<string> Find(IEnumerable<string> arguments)
    {
        List<string> files = [];
        foreach (string argument in arguments)
        {
            // Without a coordinate file's ending, what lies in a folder of results may be anything.
            string[] found = File.Exists(argument) || !Directory.Exists(argument) && !ImageList.IsPattern(argument)
                ? [argument]
                : [.. ImageList.Files(argument).Where(file => ParticleFile.FormatOf(file) is not null).Order(StringComparer.Ordinal)];
            files.AddRange(found.Length > 0 ? found : throw new TopazException($"{argument}: names no coordinate files; check the path."));
        }

        return files.Count > 0 ? files : throw new UsageException("no coordinate files given.");
    }
}
