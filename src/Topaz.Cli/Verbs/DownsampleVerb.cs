using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Topaz.Images;

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
        Option<string> output = verb.Flag<string>(["-o", "--output"], "file for the result", "FILE");
        output.Required = true;

        verb.Run((parse, console, cancellation) =>
        {
            double factor = Factor(parse, scale);
            string path = parse.GetValue(output)!;
            Micrograph image = MicrographFile.Read(parse.GetValue(file)!);
            OutputPath.RequireFile(path, parse.GetValue(file));
            Micrograph small = FourierDownsampler.Downsample(image, factor);
            cancellation.ThrowIfCancellationRequested();
            MrcFile.Write(path, small);
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
