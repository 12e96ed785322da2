using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Topaz.Images;
using Topaz.Particles;

namespace Topaz.Cli.Verbs;

/// <summary><c>topaz particle_stack</c>: the images of particles.</summary>
internal static class ParticleStackVerb
{
    public static Verb Create()
    {
        var verb = new Verb(
            "particle_stack",
            "Cuts particles out of micrographs and writes them as a stack of images, MRC, with a STAR file beside it that says which is which. Particles "
            + "whose box reaches beyond their micrograph are left out.",
            "topaz particle_stack --image-root raw --size 256 --resize 64 -t 0 -o particles.mrcs picks.txt");
        var file = new Argument<string>("file") { Description = "coordinates, in pixels of the micrographs" };
        verb.Add(file);
        Option<string> output = verb.Flag<string>(["-o", "--output"], "file for the stack, .mrcs", "FILE");
        output.Required = true;
        Option<int> size = verb.Flag<int>(["--size"], "width and height of the boxes in the micrographs", "PIXELS");
        size.Required = true;
        Option<int?> resize = verb.Flag<int?>(["--resize"], "width and height of the written images, downsampled in Fourier space", "PIXELS");
        Option<double?> threshold = verb.Flag<double?>(["-t", "--threshold"], "leave out particles with a score below this", "SCORE");
        Option<string?> root = verb.Flag<string?>(["--image-root"], "folder of the micrographs; by default that of FILE", "DIR");
        Option<string> extension = verb.Flag(["--image-ext"], ".mrc", "how the names of their files end", "EXT");
        Option<string?> metadata = verb.Flag<string?>(["--metadata"], "file for the STAR table; by default beside the stack", "FILE");
        Option<double?> pixelSize = ScaleFlags.AddPixelSize(verb);

        verb.Run((parse, console, cancellation) =>
        {
            int box = parse.GetValue(size), small = parse.GetValue(resize) ?? box;
            if (box is < 1 or > 16_384 || small < 1 || small > box)
                throw new UsageException("--size must be 1 to 16384 pixels, and --resize not more.");
            string path = parse.GetValue(output)!, source = parse.GetValue(file)!;
            string table = parse.GetValue(metadata) ?? System.IO.Path.ChangeExtension(path, ".star");
            double least = parse.GetValue(threshold) ?? double.NegativeInfinity;
            ParticleTable particles = ParticleFile.Read(source).Where(particle => !particle.HasScore || particle.Score >= least);
            string folder = parse.GetValue(root) ?? System.IO.Path.GetDirectoryName(source) ?? "";
            ImageEntry[] images = [.. particles.Micrographs.Where(name => particles[name].Count > 0)
                .Select(name => new ImageEntry(name, System.IO.Path.Combine(folder, name + parse.GetValue(extension))))];
            if (images.Length == 0)
                throw new TopazException($"{source}: holds no particles to cut out{(parse.GetValue(threshold) is null ? "" : " above the threshold")}.");
            string?[] inputs = [source, .. images.Select(image => image.Path)];
            OutputPath.RequireFile(path, inputs);
            OutputPath.RequireNoImage(table, [.. inputs, path]);

            var block = new StarBlock("") { IsTable = true };
            block.Columns.AddRange(["_rlnImageName", "_rlnMicrographName", "_rlnCoordinateX", "_rlnCoordinateY", .. particles.HasScores ? (string[])["_rlnAutopickFigureOfMerit"] : []]);
            string stackName = System.IO.Path.GetFileName(path);
            int outside = 0, skipped = 0;
            int count = MrcFile.WriteStack(path, Boxes());
            new StarFile { Blocks = { block } }.Write(table);
            if (outside > 0)
                console.Warn($"{outside} particles are left out, for their boxes reach beyond their micrographs.");
            if (skipped > 0)
                console.Warn($"{skipped} of {images.Length} micrographs failed.");
            console.Summary(
                new JsonObject { ["particles"] = count, ["left_out"] = outside, ["failed"] = skipped, ["output"] = path, ["metadata"] = table },
                $"{count} particles of {small} x {small} pixels in {path}, {table}");
            return ExitCode.Done;

            IEnumerable<Micrograph> Boxes()
            {
                foreach (ImageEntry entry in images)
                {
                    cancellation.ThrowIfCancellationRequested();
                    Micrograph image;
                    try
                    {
                        image = PreparedMicrograph.Raw(entry, parse.GetValue(pixelSize), threads: 0);
                    }
                    catch (TopazException failure) when (images.Length > 1)
                    {
                        skipped++;
                        console.Warn($"{failure.Message} Skipped.");
                        continue;
                    }

                    foreach (Particle particle in particles[entry.Name])
                    {
                        if (ParticleBoxes.Cut(image, particle.X, particle.Y, box) is not { } cut)
                        {
                            outside++;
                            continue;
                        }

                        CultureInfo culture = CultureInfo.InvariantCulture;
                        block.Rows.Add(
                        [
                            string.Create(culture, $"{block.Rows.Count + 1:000000}@{stackName}"), entry.Path, particle.X.ToString(culture), particle.Y.ToString(culture),
                            .. particles.HasScores ? (string[])[particle.HasScore ? particle.Score.ToString(culture) : "-999"] : [],
                        ]);
                        yield return small == box ? cut : FourierDownsampler.Downsample(cut, (double)box / small);
                    }
                }
            }
        });
        return verb;
    }
}
