using System.CommandLine;
using System.Text.Json.Nodes;
using Topaz.Images;
using Topaz.Networks;
using Topaz.Particles;

namespace Topaz.Cli.Verbs;

/// <summary><c>topaz segment</c>: score maps.</summary>
internal static class SegmentVerb
{
    public static Verb Create()
    {
        var verb = new Verb(
            "segment",
            "Scores every pixel of micrographs: the log-odds that a particle is centred there, written as MRC images.",
            "topaz segment -m model.sav -o scores micrographs/*.mrc");
        Argument<string[]> images = verb.Images("micrographs: images, folders, patterns or lists; by default the lines of standard input");
        var model = new ModelFlag(verb);
        Option<string> output = verb.Flag<string>(["-o", "--destdir"], "folder for the score maps", "DIR");
        output.Required = true;
        Option<double?> pixelSize = ScaleFlags.AddPixelSize(verb);
        var device = new DeviceFlag(verb);
        Option<int> threads = CommonFlags.Threads(verb, "-j", "--num-threads");
        var compatibility = new CompatibilityFlags(verb);

        verb.Run((parse, console, cancellation) =>
        {
            IReadOnlyList<ImageEntry> micrographs = CommonFlags.Images(parse.GetValue(images)!);
            PickerModel loaded = model.Load(parse);
            string folder = parse.GetValue(output)!;
            OutputPath.RequireImages(micrographs, folder);
            compatibility.Note(parse, console);
            int threadCount = CommonFlags.ThreadCount(parse, threads);
            using var picker = new Picker(loaded, device.Open(parse, threadCount, console), micrographs.Count, threadCount, parse.GetValue(pixelSize));

            var batch = new Batch(console, cancellation);
            batch.Run(
                $"Scoring {micrographs.Count} micrographs", micrographs, picker.MicrographsInWork,
                image => picker.Score(image, cancellation),
                (image, map) => MrcFile.Write(OutputPath.For(image, folder), map));
            console.Summary(
                new JsonObject { ["micrographs"] = batch.Done, ["failed"] = batch.Failed, ["output"] = folder },
                $"{batch.Done} score maps in {folder}");
            return ExitCode.Done;
        });
        return verb;
    }
}
