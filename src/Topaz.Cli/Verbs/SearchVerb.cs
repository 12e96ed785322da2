using System.CommandLine;
using Topaz.Cli.Searching;
using Topaz.Cli.Terminal;
using Topaz.Compute;
using Topaz.Images;
using Topaz.Networks;
using Topaz.Search;
using Topaz.Training;

namespace Topaz.Cli.Verbs;

/// <summary><c>topaz search</c>: finds the settings to train with.</summary>
internal static class SearchVerb
{
    private const int DefaultEpochs = 9;

    public static Verb Create()
    {
        var verb = new Verb(
            "search",
            "Finds out how to train: tries settings on folds of the labelled micrographs, ends poor trials early, and trains a model with the best. "
            + "Every trial is kept in a study file: the same command goes on with a study that was interrupted, and several at a time share the work. "
            + "Give labels and micrographs as to 'topaz train'. --show tells what was found so far.",
            "topaz search -o study.db --train-images raw/ --train-targets particles.txt\n"
            + "topaz search -o study.db --show");
        Option<string> output = verb.Flag<string>(["-o", "--output"], "the study: a new file, or one to go on with. Checkpoints are in a folder beside it, FILE.trials", "FILE");
        output.Required = true;
        Option<bool> show = verb.Flag<bool>(["--show"], "print the ranking of trials and what mattered, and end");
        Option<string?> model = verb.Flag<string?>(["--save-model"], "file for the model that is trained with the best settings; by default STUDY.sav", "FILE");
        var data = new TrainingDataFlags(verb, withValidation: false);
        var search = new SearchFlags(verb);
        var network = new NetworkFlags(verb);

        verb.Group("Computing");
        var device = new DeviceFlag(verb);
        Option<int> threads = CommonFlags.Threads(verb, "-j", "--num-threads");

        verb.Run((parse, console, cancellation) =>
        {
            string path = parse.GetValue(output)!;
            if (parse.GetValue(show))
            {
                using Study study = Study.Open(path);
                SearchReport.Print(study, console);
                console.Summary(SearchReport.Json(study));
                return ExitCode.Done;
            }

            (ArchitectureOptions architecture, PickerModel? start) = network.Read(parse);
            if (network.Describe(parse))
            {
                NetworkFlags.Print(ArchitectureFactory.Create(architecture), Console.Out);
                return ExitCode.Done;
            }

            data.Check(parse);
            search.Check(parse);
            string saved = parse.GetValue(model) ?? PickingSearch.ModelOf(path);
            OutputPath.RequireNoImage(path, data.Paths(parse));
            OutputPath.RequireNoImage(saved, [.. data.Paths(parse), path, start is null ? null : network.Model(parse)]);
            int threadCount = CommonFlags.ThreadCount(parse, threads);
            network.NoteStart(parse, start, console);
            // Trials are compared by labelled micrographs, so the last training has no others either.
            TrainingSources sources = data.Sources(parse, console);
            sources = sources with { Train = sources.Train.OnlyLabelled() };
            (Preprocessing preprocessing, double? particleRadius) = data.Scale(parse, sources, start, threadCount, console);
            IComputeBackend backend = device.OpenOne(parse, threadCount, console);
            // Other downsampling factors are prepared in the middle of the search, under its own progress bar.
            var silent = new VerbConsole(verb.Name, quiet: true, console.Json);
            var prepared = new PreparedData(wanted => data.Load(parse, sources, wanted, threadCount, wanted == preprocessing ? console : silent, cancellation));
            TrainingOptions training = search.Training(parse, DefaultEpochs, prepared[preprocessing], start) with
            {
                Architecture = architecture,
                Preprocessing = preprocessing,
                ParticleRadius = particleRadius,
                Radius = particleRadius is { } radius ? ParticleScale.LabelRadiusFor(radius) : new TrainingOptions().Radius,
            };
            var run = new SearchRun(backend, prepared, search.Options(parse, training, network, preprocessing.IsAny, start), search.Limits(parse), path, saved, console, cancellation);
            return run.Run();
        });
        return verb;
    }
}
