using System.CommandLine;
using System.Globalization;
using Topaz.Cli.Terminal;
using Topaz.Images;
using Topaz.Networks;
using Topaz.Particles;
using Topaz.Picking;
using Topaz.Training;

namespace Topaz.Cli;

/// <summary>The flags that say what to train on.</summary>
internal sealed class TrainingDataFlags
{
    private readonly Option<string> _trainImages, _trainTargets, _format;
    private readonly Option<string?> _imageExt, _normalize;
    private readonly ValidationFlags? _validation;
    private readonly Option<double> _downsample;
    private readonly ScaleFlags _scale;

    /// <param name="verb">Whose flags they are.</param>
    /// <param name="withValidation">Whether there are flags that set micrographs apart for validation.</param>
    public TrainingDataFlags(Verb verb, bool withValidation = true)
    {
        verb.Group("Micrographs and labels");
        _trainImages = verb.Flag<string>(["--train-images"], "micrographs to train on: a list (image_name, path), a folder or a pattern", "PATH");
        _trainTargets = verb.Flag<string>(["--train-targets"], "their labels: a table (image_name, x_coord, y_coord), STAR, or any other format; a folder or pattern where there are several files", "FILE");
        _format = FormatFlag.AddAuto(verb, "--format", "format of the labels");
        _imageExt = verb.Flag<string?>(["--image-ext"], "of a folder, take only the images whose names end in this, as .mrc", "EXT");
        _validation = withValidation ? new ValidationFlags(verb) : null;

        verb.Group("Raw micrographs");
        _downsample = verb.Flag(["--downsample"], 1.0, "downsample the micrographs by this and normalise them; labels are in pixels of the files. The model does the same to what it picks. "
            + "By default particles get a radius of about 8 pixels where --particle-diameter tells theirs, or micrographs do not look normalised and the labels tell it; else 1", "FACTOR");
        _normalize = verb.Flag<string?>(["--normalize"], "how: mixture, affine or none; by default mixture where micrographs are downsampled, else none", "NAME");
        _normalize.AcceptOnlyFromAmong([.. Enum.GetNames<Normalization>().Select(name => name.ToLowerInvariant())]);
        _scale = new ScaleFlags(verb, "the downsampling factor and the radius of labels, and the model remembers it for picking");
    }

    /// <summary>The files and folders that are named, null for those that are not.</summary>
    public IEnumerable<string?> Paths(ParseResult parse) =>
        [parse.GetValue(_trainImages), parse.GetValue(_trainTargets), .. _validation?.Paths(parse) ?? []];

    /// <summary>Makes sure that there is something to train on.</summary>
    public void Check(ParseResult parse)
    {
        if (parse.GetValue(_trainImages) is null)
            throw new UsageException("--train-images is missing.");
        if (parse.GetValue(_trainTargets) is null)
            throw new UsageException("--train-targets is missing.");
        if (parse.GetValue(_downsample) is not (>= 1 and < double.PositiveInfinity))
            throw new UsageException("--downsample must be 1 or more.");
        _validation?.Check(parse);
    }

    /// <summary>Reads the lists of micrographs and labels, and sets a fold apart if so asked.</summary>
    /// <exception cref="TopazException">There is nothing to train on.</exception>
    public TrainingSources Sources(ParseResult parse, VerbConsole console)
    {
        string targets = parse.GetValue(_trainTargets)!;
        LabelledSource source = Read(parse, parse.GetValue(_trainImages)!, targets);
        return _validation?.Divide(parse, source, (images, labels) => Read(parse, images, labels), console) ?? new TrainingSources(source, Test: null);
    }

    /// <summary>
    /// How micrographs are to be prepared before training, and later before picking: as the flags say, else as the model that
    /// training starts from was used to; and the particle's radius in pixels of the prepared micrographs, null if it is not told.
    /// </summary>
    public (Preprocessing Preprocessing, double? ParticleRadius) Scale(
        ParseResult parse, TrainingSources sources, PickerModel? start, int threads, VerbConsole console)
    {
        LabelSample sample = sources.Train.Sample(_scale.PixelSize(parse), threads);
        if (sample.Suspicion is { } suspicion)
            console.Warn($"{sources.Train.Targets}: {suspicion}.");
        // A model of the Python tool tells nothing of how it was trained.
        bool isKnown = start?.Training?.ParticleRadius is not null;
        double? told = _scale.RadiusInFiles(parse, sources.Train.Images), radius = told;
        if (told is null && !isKnown)
            radius = sample.Radius;
        Preprocessing preprocessing = Preprocessing(parse, told ?? (sample.IsNormalized ? null : radius), start, console);
        if (radius is { } raw && !isKnown)
        {
            console.Note(string.Create(CultureInfo.InvariantCulture,
                $"A particle has a radius of {raw:0.#} pixels{(told is null ? ", by what the labels show" : "")}; downsampled by {preprocessing.Downsampling:0.##}, of {raw / preprocessing.Downsampling:0.#}."));
        }

        return (preprocessing, radius / preprocessing.Downsampling ?? start?.Training?.ParticleRadius);
    }

    /// <summary>Reads and prepares micrographs and labels.</summary>
    /// <exception cref="TopazException">There is nothing to train on.</exception>
    public TrainingData Load(
        ParseResult parse, TrainingSources sources, Preprocessing preprocessing, int threads, VerbConsole console, CancellationToken cancellation)
    {
        LabelledMicrographs train = Load("Loading training micrographs", sources.Train);
        WarnIfRaw(train.Images[0], preprocessing, console);
        LabelledMicrographs? test = sources.Test is null ? null : Load("Loading test micrographs", sources.Test);
        return new TrainingData(train.Images, train.Labels, test?.Images, test?.Labels);

        LabelledMicrographs Load(string what, LabelledSource source) => LabelledMicrographs.Load(
            what, source.Images, source.Labels, source.Targets, preprocessing, _scale.PixelSize(parse), threads, console, cancellation);
    }

    private LabelledSource Read(ParseResult parse, string images, string targets)
    {
        ParticleTable labels = ParticleFile.Read(CoordinateFiles.Find([targets]), FormatFlag.Of(parse, _format));
        if (labels.Count == 0)
            throw new TopazException($"{targets}: holds no labels; add lines of image_name, x_coord and y_coord.");
        string path = parse.GetValue(_imageExt) is { } extension && Directory.Exists(images) ? Path.Combine(images, "*" + extension) : images;
        return new LabelledSource(ImageList.Read(path), labels, targets);
    }

    private Preprocessing Preprocessing(ParseResult parse, double? radius, PickerModel? start, VerbConsole console)
    {
        if (start is not null && start.Preprocessing.IsAny && parse.IsDefault(_downsample) && parse.IsDefault(_normalize))
        {
            console.Note(string.Create(CultureInfo.InvariantCulture,
                $"Micrographs are prepared as the model to start from does it: downsampled by {start.Preprocessing.Downsampling}, "
                + $"normalisation {start.Preprocessing.Normalization.ToString().ToLowerInvariant()}; so they and the labels must be raw."));
            return start.Preprocessing;
        }

        double factor = radius is { } raw && parse.IsDefault(_downsample) ? ParticleScale.DownsamplingFor(raw) : parse.GetValue(_downsample);
        Normalization normalization = parse.GetValue(_normalize) is { } name
            ? Enum.Parse<Normalization>(name, ignoreCase: true)
            : radius is null && parse.IsDefault(_downsample) ? Normalization.None : Normalization.Mixture;
        return new Preprocessing(factor, normalization);
    }

    private static void WarnIfRaw(Micrograph image, Preprocessing preprocessing, VerbConsole console)
    {
        if (preprocessing.Normalization == Normalization.None && !LabelSample.LooksNormalized(image))
        {
            (double mean, double deviation) = Moments.Of(image.Pixels);
            console.Warn(string.Create(CultureInfo.InvariantCulture,
                $"{image.Name} does not look normalised (mean {mean:G3}, standard deviation {deviation:G3}); use 'topaz preprocess' first, or --downsample."));
        }
    }
}
