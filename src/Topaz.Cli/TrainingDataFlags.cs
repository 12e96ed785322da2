using System.CommandLine;
using System.Globalization;
using Topaz.Cli.Terminal;
using Topaz.Images;
using Topaz.Networks;
using Topaz.Training;

namespace Topaz.Cli;

/// <summary>The flags that say what to train on.</summary>
internal sealed class TrainingDataFlags
{
    private readonly Option<string> _trainImages, _trainTargets;
    private readonly Option<string?> _testImages, _testTargets, _normalize;
    private readonly Option<double> _downsample;

    public TrainingDataFlags(Verb verb)
    {
        verb.Group("Micrographs and labels");
        _trainImages = verb.Flag<string>(["--train-images"], "micrographs to train on: a list (image_name, path), a folder or a pattern", "PATH");
        _trainTargets = verb.Flag<string>(["--train-targets"], "their labels: image_name, x_coord, y_coord", "FILE");
        _testImages = verb.Flag<string?>(["--test-images"], "micrographs to validate on after each epoch", "PATH");
        _testTargets = verb.Flag<string?>(["--test-targets"], "their labels", "FILE");
        _downsample = verb.Flag(["--downsample"], 1.0, "the micrographs are raw: downsample them by this and normalise them; "
            + "labels are in raw pixels. The model does the same to what it picks", "FACTOR");
        _normalize = verb.Flag<string?>(["--normalize"], "how: mixture, affine or none (default mixture with --downsample, else none)", "NAME");
        _normalize.AcceptOnlyFromAmong([.. Enum.GetNames<Normalization>().Select(name => name.ToLowerInvariant())]);
    }

    /// <summary>The files and folders that are named, null for those that are not.</summary>
    public IEnumerable<string?> Paths(ParseResult parse) =>
        [parse.GetValue(_trainImages), parse.GetValue(_trainTargets), parse.GetValue(_testImages), parse.GetValue(_testTargets)];

    /// <summary>
    /// How micrographs are to be prepared before training, and later before picking: as the flags say, else as the model that
    /// training starts from was used to.
    /// </summary>
    public Preprocessing Preprocessing(ParseResult parse, PickerModel? start, VerbConsole console)
    {
        if (start is not null && start.Prepares() && parse.IsDefault(_downsample) && parse.IsDefault(_normalize))
        {
            console.Note(string.Create(CultureInfo.InvariantCulture,
                $"Micrographs are prepared as the model to start from does it: downsampled by {start.Preprocessing.Downsampling}, "
                + $"normalisation {start.Preprocessing.Normalization.ToString().ToLowerInvariant()}; so they and the labels must be raw."));
            return start.Preprocessing;
        }

        double factor = parse.GetValue(_downsample);
        if (factor is not (>= 1 and < double.PositiveInfinity))
            throw new UsageException("--downsample must be 1 or more.");
        Normalization normalization = parse.GetValue(_normalize) is { } name
            ? Enum.Parse<Normalization>(name, ignoreCase: true)
            : parse.IsDefault(_downsample) ? Normalization.None : Normalization.Mixture;
        return new Preprocessing(factor, normalization);
    }

    /// <summary>Makes sure that there is something to train on.</summary>
    public void Check(ParseResult parse)
    {
        if (parse.GetValue(_trainImages) is null)
            throw new UsageException("--train-images is missing.");
        if (parse.GetValue(_trainTargets) is null)
            throw new UsageException("--train-targets is missing.");
        if (parse.GetValue(_testImages) is null != parse.GetValue(_testTargets) is null)
            throw new UsageException("--test-images and --test-targets go together.");
    }

    /// <summary>Reads and prepares micrographs and labels.</summary>
    /// <exception cref="TopazException">There is nothing to train on.</exception>
    public TrainingData Load(ParseResult parse, Preprocessing preprocessing, int threads, VerbConsole console, CancellationToken cancellation)
    {
        string images = parse.GetValue(_trainImages)!, targets = parse.GetValue(_trainTargets)!;
        string? testImages = parse.GetValue(_testImages), testTargets = parse.GetValue(_testTargets);
        LabelledMicrographs train = LabelledMicrographs.Load("Loading training micrographs", images, targets, preprocessing, threads, console, cancellation);
        WarnIfRaw(train.Images[0], preprocessing, console);
        LabelledMicrographs? test = testImages is null ? null
            : LabelledMicrographs.Load("Loading test micrographs", testImages, testTargets!, preprocessing, threads, console, cancellation);
        return new TrainingData(train.Images, train.Labels, test?.Images, test?.Labels);
    }

    /// <summary>Networks learn little from grey values far from mean 0 and standard deviation 1, as those of raw micrographs are.</summary>
    private static void WarnIfRaw(Micrograph image, Preprocessing preprocessing, VerbConsole console)
    {
        if (preprocessing.Normalization != Normalization.None)
            return;
        double sum = 0, squares = 0;
        foreach (float pixel in image.Pixels)
        {
            sum += pixel;
            squares += (double)pixel * pixel;
        }

        double mean = sum / image.Pixels.Length, deviation = Math.Sqrt(Math.Max(0, squares / image.Pixels.Length - mean * mean));
        if (Math.Abs(mean) > 2 || deviation is < 0.2 or > 5)
        {
            console.Warn(string.Create(CultureInfo.InvariantCulture,
                $"{image.Name} does not look normalised (mean {mean:G3}, standard deviation {deviation:G3}); use 'topaz preprocess' first, or --downsample."));
        }
    }
}
