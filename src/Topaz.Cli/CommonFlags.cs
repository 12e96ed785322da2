using System.CommandLine;
using Topaz.Cli.Terminal;
using Topaz.Images;
using Topaz.Particles;

namespace Topaz.Cli;

/// <summary>Flags that several verbs share, and what they mean.</summary>
internal static class CommonFlags
{
    private const int MaxRadius = 10_000;

    /// <summary>Whether a flag was not given.</summary>
    public static bool IsDefault(this ParseResult parse, Option option) => parse.GetResult(option) is null or { Implicit: true };

    /// <summary>Makes sure that a radius in pixels makes sense.</summary>
    public static void CheckRadius(string flag, double radius, int least)
    {
        if (!(radius >= least && radius <= MaxRadius))
            throw new UsageException($"{flag} must be {least} to {MaxRadius} pixels.");
    }

    /// <summary>How many threads to compute with.</summary>
    public static Option<int> Threads(Verb verb, params string[] names) =>
        verb.Flag(names, 0, "threads to compute with; 0 for one per core. Results do not depend on it", "N");

    public static int ThreadCount(ParseResult parse, Option<int> threads)
    {
        int count = parse.GetValue(threads);
        if (count < 0)
            throw new UsageException($"{threads.Name} must not be negative.");
        return count == 0 ? Environment.ProcessorCount : count;
    }

    /// <summary>How many processes the Python tool would load images with.</summary>
    public static Option<int> Workers(Verb verb) =>
        verb.Flag(["--num-workers"], 0, "for compatibility: --num-threads alone decides how many threads work", "N");

    /// <summary>Says in one line that worker processes are not a thing here.</summary>
    public static void NoteWorkers(ParseResult parse, Option<int> workers, VerbConsole console)
    {
        if (parse.GetValue(workers) > 0)
            console.Note("--num-workers has no meaning here: images are prepared by the threads that compute (--num-threads).");
    }

    /// <summary>The micrographs that positional arguments name: images, folders, patterns or list files; without any, or for a
    /// single <c>-</c>, those that the lines of standard input name.</summary>
    /// <exception cref="TopazException">Nothing is found, or two images have the same name.</exception>
    public static IReadOnlyList<ImageEntry> Images(string[] paths)
    {
        if (paths is ["-"] || paths.Length == 0 && Console.IsInputRedirected)
            paths = [.. ArgumentFile.StandardInput()];
        if (paths.Length == 0)
            throw new UsageException("no micrographs given.");
        var names = new HashSet<string>();
        var images = new List<ImageEntry>();
        foreach (string path in paths)
        {
            // A single image that is missing is one failed micrograph, not the end of the run.
            IReadOnlyList<ImageEntry> found = MicrographName.IsImage(path) && !File.Exists(MicrographFile.Parse(path).File) && !ImageList.IsPattern(path)
                ? [new ImageEntry(MicrographName.Of(path), path)]
                : ImageList.Read(path);
            foreach (ImageEntry image in found)
            {
                if (!names.Add(image.Name))
                    throw new TopazException($"{image.Path}: another micrograph is called {image.Name} as well; names without folder and extension must differ.");
                images.Add(image);
            }
        }

        return images;
    }
}
