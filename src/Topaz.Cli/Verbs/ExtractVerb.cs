using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Topaz.Cli.Terminal;
using Topaz.Images;
using Topaz.Networks;
using Topaz.Particles;
using Topaz.Picking;

namespace Topaz.Cli.Verbs;

/// <summary><c>topaz extract</c>: picks.</summary>
internal static class ExtractVerb
{
    public static Verb Create()
    {
        var verb = new Verb(
            "extract",
            "Picks particles: scores every pixel and takes the best pixels that are farther apart than the radius. Writes "
            + "image_name, x_coord, y_coord and score, best first in each micrograph. Scores are log-odds; 0 means as likely as not. "
            + "A model trained with --downsample takes raw micrographs and gives raw coordinates; "
            + "any other takes micrographs prepared like those it was trained on, and -x brings the coordinates back to scale.",
            "topaz extract -m model_epoch10.sav -r 9 -x 4 -o picks.txt processed/*.mrc");
        Argument<string[]> images = verb.Images("micrographs: images, folders, patterns or lists");
        Option<string> model = ModelFlag.Add(verb);
        Option<int?> radius = verb.Flag<int?>(["-r", "--radius"], "least distance between picks, in pixels of the prepared micrograph; about the particle's radius", "PIXELS");
        Option<float> threshold = verb.Flag(["-t", "--threshold"], -6f, "scores must be above this", "SCORE");
        Option<double> up = verb.Flag(["-x", "--up-scale"], 1.0, "multiply coordinates by this", "FACTOR");
        Option<double> down = verb.Flag(["-s", "--down-scale"], 1.0, "divide coordinates by this", "FACTOR");
        Option<string?> output = verb.Flag<string?>(["-o", "--output"], "file for the picks; by default they are printed", "FILE");

        verb.Group("Find the radius");
        Option<string?> targets = verb.Flag<string?>(["--targets"], "labels, in pixels of the given micrographs: without -r the radius that picks them best is used", "FILE");
        Option<int> minRadius = verb.Flag(["--min-radius"], 5, "smallest radius to try", "PIXELS");
        Option<int> maxRadius = verb.Flag(["--max-radius"], 100, "largest radius to try", "PIXELS");
        Option<int> stepRadius = verb.Flag(["--step-radius"], 5, "step between radii", "PIXELS");
        Option<double> assignment = verb.Flag(["--assignment-radius"], -1.0, "how far from a label a pick may be, in pixels of the prepared micrograph; -1 for the radius itself", "PIXELS");
        Option<bool> onlyValidate = verb.Flag<bool>(["--only-validate"], "say how well labels are picked and write no picks");

        verb.Group("Computing");
        var device = new DeviceFlag(verb);
        Option<int> threads = CommonFlags.Threads(verb, "-j", "--num-threads");
        Option<int> workers = CommonFlags.Workers(verb);

        verb.Run((parse, console, cancellation) =>
        {
            string? path = parse.GetValue(output), targetPath = parse.GetValue(targets);
            bool validate = parse.GetValue(onlyValidate);
            double scale = parse.GetValue(up) / parse.GetValue(down);
            if (!double.IsFinite(scale) || scale <= 0)
                throw new UsageException("--up-scale and --down-scale must be positive.");
            if (parse.GetValue(radius) is null && targetPath is null)
                throw new UsageException("give the particle's radius with -r, or labels with --targets to find it.");
            if (validate && targetPath is null)
                throw new UsageException("--only-validate needs --targets.");
            if (console.Json && path is null && !validate)
                throw new UsageException("--json needs -o, for both would go to standard output.");
            CheckRadii(parse, radius, targetPath is null ? 0 : 1, minRadius, maxRadius, stepRadius);
            if (parse.GetValue(assignment) > 0)
                CommonFlags.CheckRadius(assignment.Name, parse.GetValue(assignment), least: 0);
            int[] radii = parse.GetValue(radius) is { } given ? [given] : Radii(parse.GetValue(minRadius), parse.GetValue(maxRadius), parse.GetValue(stepRadius));

            IReadOnlyList<ImageEntry> micrographs = CommonFlags.Images(parse.GetValue(images)!);
            PickerModel loaded = ModelFlag.Load(parse.GetValue(model)!);
            ParticleTable? labels = targetPath is null ? null : ParticleFile.Read(targetPath);
            if (path is not null && !validate)
                OutputPath.RequireNoImage(path, [parse.GetValue(model), targetPath, .. parse.GetValue(images)!, .. micrographs.Select(image => image.Path)]);
            CommonFlags.NoteWorkers(parse, workers, console);
            if (loaded.Prepares() && !(parse.IsDefault(up) && parse.IsDefault(down)))
                console.Note("The model prepares raw micrographs itself and its picks are in their pixels; -x and -s scale them further.");
            if (parse.IsDefault(threshold) && loaded.Training?.SuggestedThreshold is { } suggested)
                console.Note(string.Create(CultureInfo.InvariantCulture, $"Precision and recall of this model balanced best at scores from {suggested:0.00} up (-t {suggested:0.00})."));
            int threadCount = CommonFlags.ThreadCount(parse, threads);
            using var picker = new Picker(loaded, device.Open(parse, threadCount, console), micrographs.Count, threadCount);

            var summary = new JsonObject();
            var scored = new Dictionary<string, Micrograph>();
            int chosen = radii[0];
            if (labels is not null)
            {
                scored = ScoreLabelled(micrographs, labels, targetPath!, picker, console, cancellation);
                TunedRadius best = Tune(scored.Values, labels, radii, parse.GetValue(assignment), parse.GetValue(threshold), threadCount, console);
                chosen = best.Radius;
                (summary["radius"], summary["auprc"]) = (chosen, best.Evaluation.Curve.AveragePrecision);
                if (validate)
                {
                    console.Summary(summary);
                    return ExitCode.Done;
                }
            }

            using ParticleWriter writer = path is null ? new ParticleWriter(Console.Out) : new ParticleWriter(path);
            var batch = new Batch(console, cancellation);
            int picks = 0;
            batch.Run(
                $"Picking {micrographs.Count} micrographs", micrographs, picker.MicrographsInWork,
                image =>
                {
                    Micrograph map = scored.TryGetValue(image.Name, out Micrograph? known) ? known : picker.Score(image, cancellation);
                    return NonMaximumSuppression.Pick(map, chosen, parse.GetValue(threshold)).Select(map.ToRaw).ToList();
                },
                (image, found) =>
                {
                    writer.Write(image.Name, found.Select(pick => pick with { X = pick.X * scale, Y = pick.Y * scale }));
                    picks += found.Count;
                });
            writer.Complete();
            (summary["micrographs"], summary["failed"], summary["picks"], summary["output"]) = (batch.Done, batch.Failed, picks, path);
            console.Summary(summary, $"{picks} picks in {batch.Done} micrographs{(path is null ? "" : $", written to {path}")}");
            return ExitCode.Done;
        });
        return verb;
    }

    private static void CheckRadii(ParseResult parse, Option<int?> radius, int least, params Option<int>[] tried)
    {
        if (parse.GetValue(radius) is { } given)
            CommonFlags.CheckRadius(radius.Name, given, least);
        foreach (Option<int> option in tried)
            CommonFlags.CheckRadius(option.Name, parse.GetValue(option), least: 1);
    }

    private static int[] Radii(int min, int max, int step) => max >= min
        ? [.. Enumerable.Range(0, (max - min) / step + 1).Select(i => min + i * step)]
        : throw new UsageException("--max-radius must not be below --min-radius.");

    private static Dictionary<string, Micrograph> ScoreLabelled(
        IReadOnlyList<ImageEntry> micrographs, ParticleTable labels, string targets, Picker picker, VerbConsole console, CancellationToken cancellation)
    {
        ImageEntry[] labelled = [.. micrographs.Where(image => labels[image.Name].Count > 0)];
        if (labelled.Length == 0)
            throw new TopazException($"{targets}: has labels for none of the given micrographs; names without folder and extension must be the same.");
        var maps = new Dictionary<string, Micrograph>();
        var batch = new Batch(console, cancellation);
        batch.Run(
            $"Scoring {labelled.Length} labelled", labelled, picker.MicrographsInWork,
            image => picker.Score(image, cancellation), (image, map) => maps.Add(image.Name, map));
        return maps;
    }

    private static TunedRadius Tune(
        IReadOnlyCollection<Micrograph> maps, ParticleTable labels, int[] radii, double assignment, float threshold, int threads,
        VerbConsole console)
    {
        var scaled = new ParticleTable();
        foreach (Micrograph map in maps)
            scaled.Add(map.Name, labels[map.Name].Select(map.FromRaw));
        IReadOnlyList<TunedRadius> tuned = RadiusTuning.Tune([.. maps], scaled, assignment > 0 ? assignment : null, threshold, radii, threads);
        console.Table(
            ["radius", "AUPRC", "best F1", "at score"],
            [.. tuned.OrderBy(result => result.Radius).Select(result => new[]
            {
                result.Radius.ToString(CultureInfo.InvariantCulture),
                result.Evaluation.Curve.AveragePrecision.ToString("0.0000", CultureInfo.InvariantCulture),
                result.Evaluation.Curve.BestF1.ToString("0.0000", CultureInfo.InvariantCulture),
                result.Evaluation.Curve.BestF1Threshold.ToString("0.00", CultureInfo.InvariantCulture),
            })]);
        return tuned[0];
    }
}
