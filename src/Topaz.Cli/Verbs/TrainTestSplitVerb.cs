using System.CommandLine;
using System.Text.Json.Nodes;
using Topaz.Particles;

namespace Topaz.Cli.Verbs;

/// <summary><c>topaz train_test_split</c>: sets micrographs apart for testing.</summary>
internal static class TrainTestSplitVerb
{
    public static Verb Create()
    {
        var verb = new Verb(
            "train_test_split",
            "Sets whole micrographs apart for testing. Beside FILE it writes FILE_train and FILE_test with their particles, "
            + "and image_list_train.txt and image_list_test.txt for --train-images and --test-images.",
            "topaz train_test_split -n 5 --image-dir processed/micrographs processed/particles.txt");
        var file = new Argument<string>("file") { Description = "coordinates of labelled particles" };
        verb.Add(file);
        Option<int> number = verb.Flag(["-n", "--number"], 10, "how many micrographs to set apart", "N");
        Option<string> format = FormatFlag.AddAuto(verb, "--format", "format of FILE");
        Option<ulong> seed = verb.Flag(["-s", "--seed"], 0UL, "the same seed draws the same micrographs", "N");
        Option<string?> imageDir = verb.Flag<string?>(["--image-dir"], "folder of the micrographs; by default that of FILE", "DIR");
        Option<string> imageExt = verb.Flag(["--image-ext"], ".mrc", "how the names of their files end", "EXT");

        verb.Run((parse, console, cancellation) =>
        {
            string path = parse.GetValue(file)!;
            ParticleTable particles = ParticleFile.Read(path, FormatFlag.Of(parse, format));
            string folder = Path.GetDirectoryName(path) ?? "";
            string images = parse.GetValue(imageDir) ?? folder;
            ImageEntry[] entries = [.. particles.Micrographs.Select(name =>
                new ImageEntry(name, Path.Combine(images, name + parse.GetValue(imageExt))))];
            int missing = entries.Count(entry => !File.Exists(entry.Path));
            if (missing > 0)
                console.Warn($"{missing} of {entries.Length} images are not there, the first {entries.First(entry => !File.Exists(entry.Path)).Path}; give --image-dir.");

            TrainTestSplit split = TrainTestSplit.ByCount(entries, particles, parse.GetValue(number), parse.GetValue(seed));
            // Whatever they were, the parts are tables.
            bool isTable = ParticleFile.FormatOf(path) is null or ParticleFormat.Table;
            string stem = Path.Combine(folder, Path.GetFileNameWithoutExtension(path)), extension = isTable ? Path.GetExtension(path) : ".txt";
            string trainTargets = $"{stem}_train{extension}", testTargets = $"{stem}_test{extension}";
            string trainImages = Path.Combine(folder, "image_list_train.txt"), testImages = Path.Combine(folder, "image_list_test.txt");
            foreach (string output in (string[])[trainTargets, testTargets, trainImages, testImages])
                OutputPath.RequireNoImage(output, path);
            cancellation.ThrowIfCancellationRequested();
            ParticleFile.Write(trainTargets, split.TrainParticles);
            ParticleFile.Write(testTargets, split.TestParticles);
            ImageList.Write(trainImages, split.TrainImages);
            ImageList.Write(testImages, split.TestImages);

            console.Summary(
                new JsonObject
                {
                    ["train"] = new JsonObject { ["micrographs"] = split.TrainImages.Count, ["particles"] = split.TrainParticles.Count, ["targets"] = trainTargets, ["images"] = trainImages },
                    ["test"] = new JsonObject { ["micrographs"] = split.TestImages.Count, ["particles"] = split.TestParticles.Count, ["targets"] = testTargets, ["images"] = testImages },
                },
                $"train: {split.TrainImages.Count} micrographs, {split.TrainParticles.Count} particles in {trainTargets}, {trainImages}",
                $"test: {split.TestImages.Count} micrographs, {split.TestParticles.Count} particles in {testTargets}, {testImages}");
            return ExitCode.Done;
        });
        return verb;
    }
}
