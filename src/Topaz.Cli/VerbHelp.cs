using System.CommandLine;
using System.CommandLine.Invocation;

namespace Topaz.Cli;

/// <summary>Help in the order in which a user needs it: what it is, an example, then the flags by topic with their defaults.</summary>
internal sealed class VerbHelp : SynchronousCommandLineAction
{
    private const int FlagColumn = 34;
    private const int LongestLine = 110;

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        Write(parseResult.CommandResult.Command, Console.Out);
        return ExitCode.Done;
    }

    public static void Write(Command command, TextWriter output)
    {
        if (command is Verb verb)
            WriteVerb(verb, output);
        else
            WriteOverview(command, output);
    }

    private static void WriteOverview(Command root, TextWriter output)
    {
        output.WriteLine(root.Description);
        output.WriteLine();
        output.WriteLine("Usage: topaz VERB [flags]      'topaz VERB --help' explains one verb");
        output.WriteLine();
        foreach (Command verb in root.Subcommands)
            WriteRow(verb.Name, FirstSentence(verb.Description ?? ""), output);
        output.WriteLine();
        foreach (Option option in root.Options)
            WriteRow(Label(option), option.Description ?? "", output);
        output.WriteLine();
        output.WriteLine("New here? 'topaz demo' simulates micrographs, learns to pick them and shows the result.");
    }

    private static void WriteVerb(Verb verb, TextWriter output)
    {
        foreach (string line in Wrap(verb.Description ?? "", LongestLine))
            output.WriteLine(line);
        output.WriteLine();
        string arguments = string.Concat(verb.Arguments.Select(argument =>
            argument.Arity.MaximumNumberOfValues > 1 ? $" {argument.Name.ToUpperInvariant()}..." : $" {argument.Name.ToUpperInvariant()}"));
        output.WriteLine($"Usage: topaz {verb.Name} [flags]{arguments}");
        output.WriteLine();
        output.WriteLine("Example:");
        foreach (string line in verb.Example.Split('\n'))
            output.WriteLine("  " + line);
        if (verb.Arguments.Count > 0)
        {
            output.WriteLine();
            foreach (Argument argument in verb.Arguments)
                WriteRow(argument.Name.ToUpperInvariant(), argument.Description ?? "", output);
        }

        foreach ((string title, List<Option> options) in verb.Groups)
        {
            output.WriteLine();
            output.WriteLine(title + ":");
            foreach (Option option in options)
                WriteRow(Label(option), Meaning(option), output);
        }

        output.WriteLine();
        output.WriteLine("Everywhere:");
        WriteRow(Label(Verb.Quiet), Verb.Quiet.Description!, output);
        WriteRow(Label(Verb.Json), Verb.Json.Description!, output);
        WriteRow(Label(Verb.Verbose), Verb.Verbose.Description!, output);
    }

    private static string Label(Option option)
    {
        string names = string.Join(", ", option.Aliases.Where(alias => alias is not ("/?" or "/h" or "-?")).Append(option.Name).OrderBy(name => name.Length));
        return option.ValueType == typeof(bool) || option.HelpName is null && option.Arity.MaximumNumberOfValues == 0
            ? names
            : $"{names} {option.HelpName ?? "VALUE"}";
    }

    private static string Meaning(Option option)
    {
        string meaning = option.Description ?? "";
        if (option.Required)
            return meaning + " (required)";
        return option.HasDefaultValue && option.ValueType != typeof(bool) && option.GetDefaultValue() is { } value
            ? $"{meaning} (default {Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)})"
            : meaning;
    }

    private static void WriteRow(string label, string text, TextWriter output)
    {
        string left = "  " + label;
        if (left.Length >= FlagColumn - 1)
        {
            output.WriteLine(left);
            left = "";
        }

        foreach (string line in Wrap(text, LongestLine - FlagColumn))
        {
            output.WriteLine(left.PadRight(FlagColumn) + line);
            left = "";
        }
    }

    private static string FirstSentence(string text) =>
        text.IndexOf(". ", StringComparison.Ordinal) is int end and >= 0 ? text[..(end + 1)] : text;

    private static IEnumerable<string> Wrap(string text, int width)
    {
        string line = "";
        foreach (string word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = "";
            }

            line = line.Length == 0 ? word : $"{line} {word}";
        }

        yield return line;
    }
}
