using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Topaz.Cli.Extraction;
using Topaz.Cli.Reports;
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
        Argument<string[]> images = verb.Images("micrographs: images, folders, patterns or lists; by default the lines of standard input");
        var model = new ModelFlag(verb);
        var threshold = new ThresholdFlag(verb);
        var scale = new ScaleFlags(verb, "the radius and, for a model that does not prepare micrographs itself, how to downsample them");
        var radius = new RadiusFlags(verb);
        var output = new PickOutputFlags(verb);
        var filaments = new FilamentFlags(verb);

        verb.Group("Computing");
        var device = new DeviceFlag(verb);
        Option<int> threads = CommonFlags.Threads(verb, "-j", "--num-threads");
        Option<int> workers = CommonFlags.Workers(verb);
        var compatibility = new CompatibilityFlags(verb);

        verb.Run((parse, console, cancellation) =>
        {
            radius.Check(parse);
            output.Check(parse);
            filaments.Check(parse);
            string? targets = radius.Targets(parse);
            bool validate = radius.OnlyValidate(parse);
            if (console.Json && output.IsPrinted(parse) && !validate)
                throw new UsageException("--json needs -o, for both would go to standard output.");

            IReadOnlyList<ImageEntry> micrographs = CommonFlags.Images(parse.GetValue(images)!);
            PickerModel loaded = ScaledModel(model.Load(parse), scale.RadiusInFiles(parse, micrographs), console);
            Func<Micrograph, int>? rule = targets is null ? radius.Rule(parse, loaded, scale.Diameter(parse)) : null;
            ParticleTable? labels = targets is null ? null : ParticleFile.Read(targets);
            if (!validate)
                output.Require(parse, micrographs, [model.Path(parse), targets, .. parse.GetValue(images)!]);
            CommonFlags.NoteWorkers(parse, workers, console);
            compatibility.Note(parse, console);
            radius.Note(parse, console);
            if (loaded.Preprocessing.IsAny && output.Scales(parse))
                console.Note("The model prepares raw micrographs itself and its picks are in their pixels; -x and -s scale them further.");
            float least = threshold.Of(parse, loaded, model.Path(parse), console);
            Func<float, float> score = threshold.Output(parse, loaded, model.Path(parse));
            int threadCount = CommonFlags.ThreadCount(parse, threads);
            using var picker = new Picker(
                loaded, device.Open(parse, threadCount, console), micrographs.Count, threadCount, scale.PixelSize(parse));

            var summary = new JsonObject();
            TunedPicks? tuned = null;
            if (labels is not null)
            {
                tuned = radius.Tune(parse, micrographs, labels, picker, least, console, cancellation);
                rule = _ => tuned.Best.Radius;
                (summary["radius"], summary["auprc"]) = (tuned.Best.Radius, tuned.Best.Evaluation.Curve.AveragePrecision);
                if (validate)
                {
                    console.Summary(summary);
                    return ExitCode.Done;
                }
            }

            using PickOutput written = output.Open(parse);
            var batch = new Batch(console, cancellation);
            int picks = 0;
            batch.Run(
                $"Picking {micrographs.Count} micrographs", micrographs, picker.MicrographsInWork,
                image => !filaments.Wanted(parse) && tuned is not null && tuned.Picks.TryGetValue(image.Name, out MicrographPicks? known)
                    ? known
                    : Pick(image),
                (image, found) =>
                {
                    written.Write(image, found with { Picks = [.. found.Picks.Select(pick => pick with { Score = score(pick.Score) })] });
                    picks += found.Picks.Count;
                });
            written.Complete();
            string? path = output.Path(parse);
            (summary["micrographs"], summary["failed"], summary["picks"], summary["output"]) = (batch.Done, batch.Failed, picks, path);
            string what = filaments.Wanted(parse) ? $"{picks / 2} straight pieces of filaments" : $"{picks} picks";
            console.Summary(summary, $"{what} in {batch.Done} micrographs{(path is null ? "" : $", written to {path}")}");
            return ExitCode.Done;

            MicrographPicks Pick(ImageEntry image)
            {
                Micrograph map = picker.Score(image, cancellation);
                int distance = rule!(map);
                IReadOnlyList<Particle> found = NonMaximumSuppression.Pick(map, distance, least);
                if (filaments.Wanted(parse))
                    found = filaments.Trace(parse, map, found, distance, least);
                if (filaments.Plotted(parse))
                    OverlayPicture.DrawPieces(map, found, distance).Save(output.PathFor(parse, image, "_filaments.png"));
                return MicrographPicks.Of(map, found, distance);
            }
        });
        return verb;
    }

    /// <summary>A model that prepares micrographs for itself where it does not yet, but the particle's size tells how.</summary>
    /// <param name="model">The model.</param>
    /// <param name="particleRadius">The particle's radius in pixels of the given micrographs; null if unknown.</param>
    /// <param name="console">Where to tell.</param>
    private static PickerModel ScaledModel(PickerModel model, double? particleRadius, VerbConsole console)
    {
        if (particleRadius is not { } radius || model.Preprocessing.IsAny || ParticleScale.DownsamplingFor(radius, ParticleScale.UnknownModelRadius) is not (> 1 and var factor))
            return model;
        console.Note(string.Create(CultureInfo.InvariantCulture,
            $"A particle has a radius of {radius:0.#} pixels, so micrographs are downsampled by {factor} and normalised; picks are in pixels of the given micrographs."));
        return model with { Preprocessing = new Preprocessing(factor, Normalization.Mixture) };
    }
}
