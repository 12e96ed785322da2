namespace Topaz.Cli;

/// <summary>
/// <c>@file</c> on the command line stands for the lines of the file, each of them one argument, spaces and all; so thousands of
/// micrographs fit where the system limits a command line.
/// </summary>
internal static class ArgumentFile
{
    /// <summary>Reads the arguments that a token stands for; <paramref name="token"/> comes without its @.</summary>
    public static bool TryExpand(string token, out IReadOnlyList<string>? arguments, out string? error)
    {
        (arguments, error) = (null, null);
        // No file is what was meant, but an argument that begins so.
        if (!File.Exists(token))
        {
            error = $"@{token}: there is no file {token} to read arguments from; check the path.";
            return false;
        }

        try
        {
            arguments = Lines(File.ReadLines(token));
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            error = $"@{token}: cannot be read ({failure.Message.ReplaceLineEndings(" ").TrimEnd('.')}); check its permissions.";
            return false;
        }
    }

    /// <summary>The paths on standard input, one a line.</summary>
    public static IReadOnlyList<string> StandardInput() => Lines(ReadLines(Console.In));

    private static IReadOnlyList<string> Lines(IEnumerable<string> lines) => [.. lines.Select(line => line.Trim()).Where(line => line.Length > 0)];

    private static IEnumerable<string> ReadLines(TextReader reader)
    {
        while (reader.ReadLine() is { } line)
            yield return line;
    }
}
