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
    private readonly Option<int> _threads;
    private readonly DeviceFlag _device;

    public ImageBatchFlags(Verb verb, params string[] threads)
    {
        _output = verb.Flag<string>(["-o", "--destdir"], "folder for the results", "DIR");
        _output.Required = true;
        _format = verb.Flag(["--format"], "mrc", "file format of the results", "FORMAT");
        _format.AcceptOnlyFromAmong("mrc");
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
        OutputPath.RequireImages(images, folder);
        _device.NoteUnused(parse, console);

        int parallel = Math.Min(threads, images.Count);
        var batch = new Batch(console, cancellation);
        batch.Run(
            $"{what} {images.Count} micrographs", images, parallel,
            image => work(MicrographFile.Read(image.Path, threads / parallel), threads / parallel),
            (image, result) => MrcFile.Write(OutputPath.For(image, folder), result));
        console.Summary(
            new JsonObject { ["micrographs"] = batch.Done, ["failed"] = batch.Failed, ["output"] = folder },
            $"{batch.Done} micrographs in {folder}");
        return ExitCode.Done;
    }
}
