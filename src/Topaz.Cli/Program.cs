using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Topaz.Cli;
using Topaz.Cli.Verbs;

var root = new RootCommand("Finds particles in cryo-EM micrographs, trained on a few picks.")
{
    SimulateVerb.Create(),
    PreprocessVerb.Create(),
    DownsampleVerb.Create(),
    NormalizeVerb.Create(),
    TrainVerb.Create(),
    SegmentVerb.Create(),
    ExtractVerb.Create(),
    PrecisionRecallVerb.Create(),
    SplitVerb.Create(),
    DemoVerb.Create(),
};
root.Add(Verb.Quiet);
root.Add(Verb.Json);
root.Options.OfType<HelpOption>().Single().Action = new VerbHelp();
root.SetAction(parse =>
{
    VerbHelp.Write(root, Console.Error);
    return ExitCode.Usage;
});

ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = ArgumentFile.TryExpand });
if (parsed.Action is ParseErrorAction)
{
    string command = parsed.CommandResult.Command == root ? "topaz" : $"topaz {parsed.CommandResult.Command.Name}";
    Console.Error.WriteLine($"{command}: {parsed.Errors[0].Message} See '{command} --help'.");
    return ExitCode.Usage;
}

return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
