using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Topaz.Cli.Terminal;
using Topaz.Compute;
using Topaz.Images;
using Topaz.Networks;
using Topaz.Training;

namespace Topaz.Cli.Verbs;

/// <summary><c>topaz train</c>: from a few labelled particles to a model.</summary>
internal static class TrainVerb
{
    public static Verb Create()
    {
        var verb = new Verb(
            "train",
            "Learns to pick particles from a few labelled ones. Labels may be incomplete: how many particles a micrograph really has, and how large they are, "
            + "is found out from the labels, or said with -n and --particle-diameter. Raw micrographs are downsampled and normalised, and the model prepares what it "
            + "picks in the same way; those that 'topaz preprocess' prepared are taken as they are, with labels in their pixels. "
            + "Ctrl-C saves the state, --resume goes on from it.",
            "topaz train --train-images raw/ --train-targets particles.txt --save-prefix model\n"
            + "topaz train -n 300 --train-images processed/ --train-targets processed.txt --save-prefix model -o curve.txt");
        var data = new TrainingDataFlags(verb);

        verb.Group("What to learn");
        Option<double?> particles = verb.Flag<double?>(["-n", "--num-particles"], "expected number of particles on a micrograph, labelled or not; by default estimated from the labels", "N");
        Option<double?> pi = verb.Flag<double?>(["--pi"], "expected fraction of pixels that belong to a particle, instead of -n", "FRACTION");
        Option<int> radius = verb.Flag(["-r", "--radius"], 3, "pixels around a label that count as particle, in prepared micrographs; by default a quarter of the particle's radius, where --particle-diameter or the labels tell that", "PIXELS");
        Option<string> method = verb.Flag(["--method"], "GE-binomial", "objective: GE-binomial, GE-KL, PN or PU", "NAME");
        method.AcceptOnlyFromAmong([.. Enum.GetValues<ObjectiveKind>().Select(ObjectiveFactory.NameOf)]);
        Option<double> slack = verb.Flag(["--slack"], -1.0, "weight of the expectation; -1 for 1 (GE-binomial) or 10 (GE-KL)", "WEIGHT");
        Option<double> autoencoder = verb.Flag(["--autoencoder"], 0.0, "weight of reconstruction, which helps with very few labels; -1 for 10 / labels up to 250 labels", "WEIGHT");
        Option<double> l2 = verb.Flag(["--l2"], 0.0, "weight of the L2 penalty", "WEIGHT");
        Option<double?> learningRate = verb.Flag<double?>(["--learning-rate"], "largest learning rate; by default one that suits the number of updates and the start (0.0008 for 10,000 from random weights)", "RATE");
        Option<string> schedule = verb.Flag(["--schedule"], "one-cycle", "how the learning rate runs: one-cycle (rises, then falls to 0) or constant", "NAME");
        schedule.AcceptOnlyFromAmong("one-cycle", "constant");
        Option<int> minibatch = verb.Flag(["--minibatch-size"], 256, "crops in an update", "N");
        Option<double> balance = verb.Flag(["--minibatch-balance"], 0.0625, "fraction of them that is labelled", "FRACTION");
        Option<bool> natural = verb.Flag<bool>(["--natural"], "draw crops from all pixels alike, so that as many are labelled as pixels are");
        Option<int?> epochSize = verb.Flag<int?>(["--epoch-size"], "updates in an epoch; by default so many that training suits the number of labels and the start", "N");
        Option<int> epochs = verb.Flag(["--num-epochs"], 10, "epochs; without --epoch-size into how many pieces training is divided", "N");
        Option<int> patience = verb.Flag(["--patience"], 5, "with test micrographs, end after so many epochs without a better one; 0 for never. The best epoch is kept anyway", "N");
        Option<ulong> seed = verb.Flag(["--seed"], 1UL, "the same seed gives the same model, on any number of threads", "N");

        var network = new NetworkFlags(verb);

        verb.Group("Results");
        Option<string?> prefix = verb.Flag<string?>(["--save-prefix"], "models are saved as PREFIX_epochN.sav, the state as PREFIX.checkpoint. The last one is always the model to use: with test micrographs that of the best epoch", "PREFIX");
        Option<string?> output = verb.Flag<string?>(["-o", "--output"], "file for the training curve, a table", "FILE");
        Option<bool> resume = verb.Flag<bool>(["--resume"], "go on from PREFIX.checkpoint, if it is there, as if never stopped");

        verb.Group("Computing");
        var device = new DeviceFlag(verb);
        Option<int> threads = CommonFlags.Threads(verb, "-j", "--num-threads");
        Option<int> workers = CommonFlags.Workers(verb);
        Option<int?> testBatch = verb.Flag<int?>(["--test-batch-size"], "for compatibility: micrographs are validated on one by one", "N");

        verb.Run((parse, console, cancellation) =>
        {
            (ArchitectureOptions architecture, PickerModel? start) = network.Read(parse);
            if (network.Describe(parse))
            {
                NetworkFlags.Print(ArchitectureFactory.Create(architecture), Console.Out);
                return ExitCode.Done;
            }

            data.Check(parse);
            ObjectiveKind kind = ObjectiveFactory.KindOf(parse.GetValue(method)!)!.Value;
            var files = new TrainingFiles { Prefix = parse.GetValue(prefix), Curve = parse.GetValue(output), Resume = parse.GetValue(resume) };
            if (files.Resume && files.Prefix is null)
                throw new UsageException("--resume needs the --save-prefix of the run to go on with.");
            if (parse.GetValue(patience) < 0)
                throw new UsageException("--patience must not be negative.");
            CommonFlags.CheckRadius(radius.Name, parse.GetValue(radius), least: 0);
            int threadCount = CommonFlags.ThreadCount(parse, threads);
            network.NoteStart(parse, start, console);
            CommonFlags.NoteWorkers(parse, workers, console);
            if (parse.GetValue(natural) && !parse.IsDefault(balance))
                console.Note("--minibatch-balance has no meaning here: --natural leaves it to chance.");
            if (parse.GetValue(testBatch) is not null)
                console.Note("--test-batch-size has no meaning here: micrographs are validated on one by one, in little memory.");
            if (files.Prefix is null)
                console.Warn("without --save-prefix the model is not kept.");
            string?[] inputs = [.. data.Paths(parse), start is null ? null : network.Model(parse)];
            if (files.Curve is not null)
                OutputPath.RequireNoImage(files.Curve, inputs);
            if (files.Prefix is not null)
            {
                foreach (string path in Enumerable.Range(1, Math.Clamp(parse.GetValue(epochs), 1, 1000)).Select(epoch => files.Model(epoch)!).Prepend(files.Checkpoint!))
                    OutputPath.RequireOther(path, inputs);
                OutputPath.RequireFile(files.Model(1)!);
            }

            TrainingSources sources = data.Sources(parse, console);
            (Preprocessing preprocessing, double? particleRadius) = data.Scale(parse, sources, start, threadCount, console);
            IComputeBackend backend = device.OpenOne(parse, threadCount, console);
            var options = new TrainingOptions
            {
                Architecture = architecture,
                Preprocessing = preprocessing,
                Objective = kind,
                Pi = parse.GetValue(pi),
                ExpectedParticles = parse.GetValue(particles),
                Slack = parse.GetValue(slack) is >= 0 and var given ? given : null,
                AutoencoderWeight = parse.GetValue(autoencoder) is >= 0 and var weight ? weight : null,
                Radius = particleRadius is { } particle && parse.IsDefault(radius) ? ParticleScale.LabelRadiusFor(particle) : parse.GetValue(radius),
                ParticleRadius = particleRadius,
                MinibatchSize = parse.GetValue(minibatch),
                PositiveShare = parse.GetValue(balance),
                NaturalSampling = parse.GetValue(natural),
                LearningRate = parse.GetValue(learningRate),
                LearningRateSchedule = parse.GetValue(schedule) == "constant" ? LearningRateSchedule.Constant : LearningRateSchedule.OneCycle,
                L2 = parse.GetValue(l2),
                Epochs = parse.GetValue(epochs),
                Patience = parse.GetValue(patience) is > 0 and var most ? most : null,
                Seed = parse.GetValue(seed),
            };
            TrainingData training = data.Load(parse, sources, preprocessing, threadCount, console, cancellation);
            options = options with { UpdatesPerEpoch = parse.GetValue(epochSize) ?? TrainingBudget.UpdatesPerEpoch(training, options.Epochs, start) };
            if (options is { ExpectedParticles: null, Pi: null } && kind != ObjectiveKind.PN)
            {
                options = files.ResumedPi() is { } known
                    ? options with { Pi = known }
                    : options with { ExpectedParticles = TrainingRun.EstimateCount(backend, training, options, start, console, cancellation) };
            }

            var session = new TrainingSession(backend, training, options, start);
            TrainingResult result = TrainingRun.Run(session, options, files, console, cancellation);
            if (result.Completed && files.Model(options.Epochs) is { } finished)
            {
                // Under the last epoch's name there is always the model to use, whichever epoch was best.
                result = result with { Model = TrainingRun.Calibrate(backend, result.Model, training, options, session.ExpectedParticles, console, cancellation) };
                ModelFile.Save(finished, result.Model);
            }

            Report(result, session, options, files, console);
            return result.Completed ? ExitCode.Done : ExitCode.Interrupted;
        });
        return verb;
    }

    private static void Report(
        TrainingResult result, TrainingSession session, TrainingOptions options, TrainingFiles files, VerbConsole console)
    {
        TrainingRecord record = result.Model.Training!;
        var summary = new JsonObject
        {
            ["completed"] = result.Completed,
            ["updates"] = result.Updates,
            ["labels"] = session.Labels,
            ["objective"] = record.Objective,
            ["pi"] = record.Pi,
            ["expected_particles"] = record.ExpectedParticles,
            ["best_epoch"] = record.Epoch,
            ["validation_auprc"] = record.ValidationAuprc,
            ["threshold"] = record.Thresholds?.Suggested.Threshold,
            ["precision"] = record.Thresholds?.Suggested.Precision,
            ["recall"] = record.Thresholds?.Suggested.Recall,
            ["model"] = result.Completed ? files.Model(options.Epochs) : null,
            ["checkpoint"] = files.Checkpoint,
        };
        if (!result.Completed)
            console.Summary(summary, string.Create(CultureInfo.InvariantCulture,
                $"Stopped after {result.Updates} of {options.PlannedUpdates} updates{(files.Prefix is null ? "." : "; the same command with --resume goes on from here.")}"));
        else if (files.Prefix is null)
            console.Summary(summary, "Done.");
        else
            console.Summary(summary, $"Done: {files.Model(options.Epochs)}");
    }
}
