using System.CommandLine;
using System.Globalization;
using Topaz.Cli.Terminal;
using Topaz.Particles;

namespace Topaz.Cli.Coordinates;

/// <summary>The flags with which coordinates are scaled, thresholded and written in a format.</summary>
internal sealed class ConversionFlags
{
    private readonly Option<double> _down, _up;
    private readonly Option<double?> _threshold;
    private readonly Option<double?> _boxSize, _voltage, _detectorPixelSize, _magnification, _amplitudeContrast;
    private readonly Option<bool> _invert;
    private readonly Option<string?> _imageFolder;
    private readonly Option<string> _imageExtension;

    /// <param name="verb">Whose flags they are.</param>
    /// <param name="up">How much coordinates are multiplied by default.</param>
    /// <param name="shortIsUp">Whether -s multiplies, as --scale, and does not divide.</param>
    /// <param name="threshold">The least score by default; null for none.</param>
    public ConversionFlags(Verb verb, double up = 1, bool shortIsUp = false, double? threshold = null)
    {
        verb.Group("What to write");
        const string Threshold = "leave out particles with a score below this";
        _threshold = threshold is null
            ? verb.Flag<double?>(["-t", "--threshold"], Threshold, "SCORE")
            : verb.Flag(["-t", "--threshold"], threshold, Threshold, "SCORE");
        _down = verb.Flag(shortIsUp ? ["--down-scale"] : ["-s", "--down-scale"], 1.0, "divide coordinates by this", "FACTOR");
        _up = verb.Flag(["-x", "--up-scale", .. shortIsUp ? (string[])["-s", "--scale"] : ["--coordinate-scale"]], up, "multiply coordinates by this", "FACTOR");
        _boxSize = verb.Flag<double?>(["--boxsize", "--box-size"], "width and height of written boxes, which BOX files need", "PIXELS");
        _invert = verb.Flag<bool>(["--invert-y", "--invert"], "count y from the other end, as where BOX and EMAN2 files begin at the bottom; the images tell how high they are");
        _imageFolder = verb.Flag<string?>(["--imagedir", "--image-root"], "folder of the images: for their sizes, and as part of their names in STAR, csv and cs files", "DIR");
        _imageExtension = verb.Flag(["--image-ext"], ".mrc", "how the names of images end", "EXT");
        _voltage = verb.Flag<double?>(["--voltage"], "for STAR files: acceleration voltage in kV", "KV");
        _detectorPixelSize = verb.Flag<double?>(["--detector-pixel-size"], "for STAR files: pixel size of the detector in µm", "UM");
        _magnification = verb.Flag<double?>(["--magnification"], "for STAR files: magnification", "N");
        _amplitudeContrast = verb.Flag<double?>(["--amplitude-contrast"], "for STAR files: fraction of amplitude contrast", "FRACTION");
    }

    /// <summary>Makes sure that what the format needs is told, and says in one line which flags mean nothing to it.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="target">The format that is written.</param>
    /// <param name="console">Where to tell.</param>
    public void Check(ParseResult parse, ParticleFormat target, VerbConsole console)
    {
        if (target == ParticleFormat.Box && parse.GetValue(_boxSize) is null)
            throw new UsageException("--boxsize is missing: BOX files need the width and height of the boxes.");
        if (target != ParticleFormat.Box && parse.GetValue(_boxSize) is not null)
            console.Note($"{_boxSize.Name} has no meaning here: no BOX files are written.");
        foreach (Option<double?> option in (Option<double?>[])[_voltage, _detectorPixelSize, _magnification, _amplitudeContrast])
        {
            if (parse.GetValue(option) is not null && target != ParticleFormat.Star)
                console.Note($"{option.Name} has no meaning here: no STAR file is written.");
        }
    }

    /// <summary>Scores below this are left out.</summary>
    public double Threshold(ParseResult parse) => parse.GetValue(_threshold) ?? double.NegativeInfinity;

    /// <summary>Coordinates are multiplied by this.</summary>
    public double Scale(ParseResult parse)
    {
        double scale = parse.GetValue(_up) / parse.GetValue(_down);
        return scale is > 0 and < double.PositiveInfinity ? scale : throw new UsageException("scales must be positive.");
    }

    /// <summary>What formats need to know to be read or written.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="inverts">Whether --invert-y is meant for this side of the conversion.</param>
    /// <param name="nearby">Where images are looked for if no folder is given.</param>
    public ParticleFileOptions Options(ParseResult parse, bool inverts, string nearby)
    {
        if (parse.GetValue(_boxSize) is not (null or (> 0 and < double.PositiveInfinity)))
            throw new UsageException($"{_boxSize.Name} must be positive.");
        string? folder = parse.GetValue(_imageFolder);
        string extension = parse.GetValue(_imageExtension)!;
        return new ParticleFileOptions
        {
            BoxSize = parse.GetValue(_boxSize) ?? 0,
            YFromBottom = inverts && parse.GetValue(_invert),
            ImageSize = new MicrographSizes(folder ?? nearby, extension).Of,
            ImagePath = name => Path.Combine(folder ?? "", name + extension),
            StarColumns =
            [
                .. Column("_rlnVoltage", _voltage), .. Column("_rlnDetectorPixelSize", _detectorPixelSize), .. Column("_rlnMagnification", _magnification),
                .. Column("_rlnAmplitudeContrast", _amplitudeContrast),
            ],
        };

        IEnumerable<(string, string)> Column(string name, Option<double?> option) =>
            parse.GetValue(option) is { } value ? [(name, value.ToString(CultureInfo.InvariantCulture))] : [];
    }
}
