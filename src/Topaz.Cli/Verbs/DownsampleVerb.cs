using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Topaz.Images;
using Topaz.Particles;

namespace Topaz.Cli.Verbs;

/// <summary><c>topaz downsample</c>: one micrograph made smaller.</summary>
internal static class DownsampleVerb
{
    public static Verb Create()
    {
        var verb = new Verb(
            "downsample",
            "Makes a micrograph smaller by cutting off high frequencies in Fourier space; grey values and pixel size stay right.",
            "topaz downsample -s 4 -o small.mrc large.mrc");
        var file = new Argument<string>("micrograph") { Description = "the image" };
        verb.Add(file);
        Option<double> scale = verb.Flag(["-s", "--scale"], 4.0, "downsampling factor", "FACTOR");
        Option<string> output = verb.Flag<string>(["-o", "--output"], "file for the result, in the format that its name ends in: .mrc, .mrc.gz, .tif or .png", "FILE");
        output.Required = true;
        Option<double?> pixelSize = ScaleFlags.AddPixelSize(verb);

        verb.Run((parse, console, cancellation) =>
        {
            double factor = Factor(parse, scale);
            string path = parse.GetValue(output)!;
            Micrograph image = PreparedMicrograph.Raw(new ImageEntry("", parse.GetValue(file)!), parse.GetValue(pixelSize), threads: 0);
            OutputPath.RequireFile(path, parse.GetValue(file));
            Micrograph small = FourierDownsampler.Downsample(image, factor);
            cancellation.ThrowIfCancellationRequested();
            MicrographFile.Write(path, small);
            console.Summary(
                new JsonObject { ["width"] = small.Width, ["height"] = small.Height, ["pixel_size"] = small.PixelSize, ["output"] = path },
                string.Create(CultureInfo.InvariantCulture, $"{path}: {small.Width} x {small.Height} pixels{(small.PixelSize > 0 ? $" of {small.PixelSize:0.###} Å" : "")}"));
            return ExitCode.Done;
        });
        return verb;
    }

    /// <summary>A downsampling factor that makes sense.</summary>
    public static double Factor(ParseResult parse, Option<double> scale) => parse.GetValue(scale) is >= 1 and < double.PositiveInfinity and var factor
        ? factor
        : throw new UsageException($"{scale.Name} must be 1 or more.");
}
