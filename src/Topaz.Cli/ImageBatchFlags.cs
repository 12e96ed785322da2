using System.CommandLine;
using System.Text.Json.Nodes;
using Topaz.Cli.Terminal;
using Topaz.Images;
using Topaz.Particles;

namespace Topaz.Cli;

/// <summary>The flags of verbs that turn many images into as many others, and the work itself.</summary>
internal sealed class ImageBatchFlags
{
    private readonly Option<string> _output;
    private readonly Option<string> _format;
    private readonly Option<double?> _pixelSize;
    private readonly Option<int> _threads;
    private readonly DeviceFlag _device;

    public ImageBatchFlags(Verb verb, params string[] threads)
    {
        _output = verb.Flag<string>(["-o", "--destdir"], "folder for the results", "DIR");
        _output.Required = true;
        _format = verb.Flag(["--format"], "mrc", "file formats of the results: mrc, tiff (32-bit floating point) or png (8-bit, to look at), or several as mrc,png", "FORMATS");
        _pixelSize = ScaleFlags.AddPixelSize(verb);
        _threads = CommonFlags.Threads(verb, threads);
        _device = new DeviceFlag(verb, isUsed: false);
    }

    /// <summary>Applies <paramref name="work"/>, which is told how many threads it may use, to each image.</summary>
    public int Run(
        ParseResult parse, VerbConsole console, string what, IReadOnlyList<ImageEntry> images, Func<Micrograph, int, Micrograph> work,
        CancellationToken cancellation)
    {
        string folder = parse.GetValue(_output)!;
        int threads = CommonFlags.ThreadCount(parse, _threads);
        string[] endings = [.. parse.GetValue(_format)!.Split(',').Select(Ending).Distinct()];
        foreach (string ending in endings)
            OutputPath.RequireImages(images, folder, ending);
        _device.NoteUnused(parse, console);

        int parallel = Math.Min(threads, images.Count);
        var batch = new Batch(console, cancellation);
        batch.Run(
            $"{what} {images.Count} micrographs", images, parallel,
            image => work(PreparedMicrograph.Raw(image, parse.GetValue(_pixelSize), threads / parallel), threads / parallel),
            (image, result) =>
            {
                foreach (string ending in endings)
                    MicrographFile.Write(OutputPath.For(image, folder, ending), result);
            });
        console.Summary(
            new JsonObject { ["micrographs"] = batch.Done, ["failed"] = batch.Failed, ["output"] = folder },
            $"{batch.Done} micrographs in {folder}");
        return ExitCode.Done;
    }

    private string Ending(string format) => format.Trim() switch
    {
        "mrc" => ".mrc",
        "tiff" or "tif" => ".tiff",
        "png" => ".png",
        string other => throw new UsageException($"{_format.Name}: '{other}' is none of mrc, tiff and png."),
    };
}
