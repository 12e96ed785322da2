using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Topaz.Evaluation;
using Topaz.Particles;

namespace Topaz.Cli.Verbs;

/// <summary><c>topaz precision_recall_curve</c>: how good picks are, against labels.</summary>
internal static class PrecisionRecallVerb
{
    public static Verb Create()
    {
        var verb = new Verb(
            "precision_recall_curve",
            "Compares scored picks with labels and prints precision, recall and F1 at every score. Each pick may find one label "
            + "and each label one pick, closer than the radius. The area under the curve (AUPRC) comes first.",
            "topaz precision_recall_curve --predicted picks.txt --targets particles_test.txt -r 13");
        Option<string> predicted = verb.Flag<string>(["--predicted"], "coordinates of picks, with scores", "FILE");
        Option<string> targets = verb.Flag<string>(["--targets"], "coordinates of labels, in the same pixels", "FILE");
        Option<double> radius = verb.Flag<double>(["-r", "--assignment-radius"], "how far from a label a pick may be, in these pixels", "PIXELS");
        predicted.Required = targets.Required = radius.Required = true;
        Option<string?> images = verb.Flag<string?>(["--images"], "list of the micrographs to count; by default those with labels", "FILE");

        verb.Run((parse, console, cancellation) =>
        {
            if (parse.GetValue(radius) is not (> 0 and < double.PositiveInfinity))
                throw new UsageException("--assignment-radius must be positive.");
            string predictedPath = parse.GetValue(predicted)!, targetsPath = parse.GetValue(targets)!;
            ParticleTable picks = ParticleFile.Read(predictedPath), labels = ParticleFile.Read(targetsPath);
            IReadOnlyList<string> micrographs = parse.GetValue(images) is { } list
                ? [.. ImageList.Read(list).Select(image => image.Name)]
                : labels.Micrographs;
            int known = micrographs.Count(name => picks[name].Count > 0);
            if (known == 0 && picks.Count > 0)
                throw new TopazException($"{predictedPath}: none of its micrographs has labels in {targetsPath}; names without folder and extension must be the same.");
            if (picks.Micrographs.Except(micrographs).Count() is int others and > 0)
                console.Warn($"{others} micrographs of {predictedPath} have no labels and do not count.");

            PickEvaluation result = PickEvaluation.Evaluate(picks, labels, micrographs, parse.GetValue(radius));
            PrecisionRecallCurve curve = result.Curve;
            cancellation.ThrowIfCancellationRequested();
            if (console.Json)
            {
                console.Summary(new JsonObject
                {
                    ["auprc"] = curve.AveragePrecision,
                    ["best_f1"] = curve.BestF1,
                    ["best_f1_threshold"] = float.IsNaN(curve.BestF1Threshold) ? null : curve.BestF1Threshold,
                    ["micrographs"] = micrographs.Count,
                    ["picks"] = result.PickCount,
                    ["matched"] = result.MatchedCount,
                    ["targets"] = result.TargetCount,
                });
                return ExitCode.Done;
            }

            TextWriter output = Console.Out;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"# auprc = {curve.AveragePrecision:0.000000}"));
            output.WriteLine("threshold\tprecision\trecall\tf1");
            for (int i = 0; i < curve.Thresholds.Count; i++)
            {
                double precision = curve.Precision[i], recall = curve.Recall[i];
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{curve.Thresholds[i]}\t{precision:0.000000}\t{recall:0.000000}\t{PrecisionRecallCurve.F1(precision, recall):0.000000}"));
            }

            return ExitCode.Done;
        });
        return verb;
    }
}
