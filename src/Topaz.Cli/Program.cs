using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Topaz.Cli;
using Topaz.Cli.Verbs;

var root = new RootCommand("Finds particles in cryo-EM micrographs, trained on a few picks.");
foreach (Verb verb in VerbList.For(args))
    root.Add(verb);
root.Add(Verb.Quiet);
root.Add(Verb.Json);
root.Add(Verb.Verbose);
root.Options.OfType<HelpOption>().Single().Action = new VerbHelp();
root.SetAction(parse =>
{
    VerbHelp.Write(root, Console.Error);
    return ExitCode.Usage;
});

ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = ArgumentFile.TryExpand });
// A misspelt flag is no file; one whose name begins with a dash can be given as ./-name.
Token? misspelt = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).FirstOrDefault(token => token.Value is ['-', _, ..]);
string? error = misspelt is not null ? $"there is no flag '{misspelt.Value}'." : parsed.Action is ParseErrorAction ? parsed.Errors[0].Message : null;
if (error is not null)
{
    string command = parsed.CommandResult.Command == root ? "topaz" : $"topaz {parsed.CommandResult.Command.Name}";
    Console.Error.WriteLine($"{command}: {error} See '{command} --help'.");
    return ExitCode.Usage;
}

return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
