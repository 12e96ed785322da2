using System.CommandLine;
using Topaz.Cli.Terminal;

namespace Topaz.Cli;

/// <summary>A verb of the command: its flags in groups as the help shows them, an example, and what it does.</summary>
internal sealed class Verb(string name, string description, string example) : Command(name, description)
{
    public static readonly Option<bool> Quiet = new("--quiet")
    {
        Description = "Print results, warnings and errors only.",
        Recursive = true,
    };

    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Print a summary as one JSON object on standard output, for scripts.",
        Recursive = true,
    };

    public static readonly Option<bool> Verbose = new("--verbose", "-v")
    {
        Description = "For compatibility: progress is shown anyway.",
        Recursive = true,
    };

    private readonly List<(string Title, List<Option> Options)> _groups = [];

    /// <summary>Command lines that a user can take as they stand.</summary>
    public string Example { get; } = example;

    /// <summary>The flags under their headings, in the order in which they were added.</summary>
    public IReadOnlyList<(string Title, List<Option> Options)> Groups => _groups;

    /// <summary>Starts a group of flags in the help.</summary>
    public void Group(string title) => _groups.Add((title, []));

    /// <summary>Adds a flag with a default, which the help shows.</summary>
    public Option<T> Flag<T>(string[] names, T defaultValue, string description, string? valueName = null)
    {
        Option<T> option = Flag<T>(names, description, valueName);
        option.DefaultValueFactory = _ => defaultValue;
        return option;
    }

    /// <summary>Adds a flag without a default.</summary>
    public Option<T> Flag<T>(string[] names, string description, string? valueName = null)
    {
        // The long name identifies a flag; a short one is an alias.
        string name = names.First(name => name.StartsWith("--", StringComparison.Ordinal));
        var option = new Option<T>(name, [.. names.Where(alias => alias != name)])
        {
            Description = description,
            HelpName = valueName,
        };
        if (typeof(T) != typeof(bool))
        {
            option.Arity = ArgumentArity.OneOrMore;
            option.CustomParser = FlagValue.Parse<T>;
        }

        if (_groups.Count == 0)
            Group("Options");
        _groups[^1].Options.Add(option);
        Add(option);
        return option;
    }

    /// <summary>Adds the positional list of images.</summary>
    public Argument<string[]> Images(string description)
    {
        var images = new Argument<string[]>("micrographs") { Description = description, Arity = ArgumentArity.ZeroOrMore };
        Add(images);
        return images;
    }

    /// <summary>
    /// Sets what the verb does. Whatever goes wrong becomes one line on standard error and an exit code;
    /// TOPAZ_DEBUG=1 shows the stack trace as well.
    /// </summary>
    public void Run(Func<ParseResult, VerbConsole, CancellationToken, int> action) => SetAction(parse =>
    {
        var console = new VerbConsole(Name, parse.GetValue(Quiet), parse.GetValue(Json));
        if (parse.GetValue(Verbose))
            console.Note("--verbose has no meaning here: progress is shown anyway, and --quiet turns it off.");
        using var interruption = new Interruption();
        try
        {
            return action(parse, console, interruption.Token);
        }
        catch (Exception exception)
        {
            return Report(exception is AggregateException many ? many.Flatten().InnerExceptions[0] : exception, console);
        }
    });

    private int Report(Exception exception, VerbConsole console)
    {
        if (Environment.GetEnvironmentVariable("TOPAZ_DEBUG") == "1")
            Console.Error.WriteLine(exception);
        switch (exception)
        {
            case UsageException:
                console.Error($"{OneLine(exception)} See 'topaz {Name} --help'.");
                return ExitCode.Usage;
            case TopazException or IOException or UnauthorizedAccessException:
                console.Error(OneLine(exception));
                return ExitCode.Failed;
            case OperationCanceledException:
                console.Error("stopped.");
                return ExitCode.Interrupted;
            case var _ when IsOutOfMemory(exception):
                console.Error("not enough memory; downsample the micrographs more or give fewer threads.");
                return ExitCode.Failed;
            default:
                console.Error($"unexpected {exception.GetType().Name}: {OneLine(exception)} (TOPAZ_DEBUG=1 shows the details)");
                return ExitCode.Failed;
        }
    }

    private static bool IsOutOfMemory(Exception? exception) =>
        exception is OutOfMemoryException || exception is not null && IsOutOfMemory(exception.InnerException);

    private static string OneLine(Exception exception) => exception.Message.ReplaceLineEndings(" ").Trim();
}
