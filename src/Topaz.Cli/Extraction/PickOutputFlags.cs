using System.CommandLine;
using Topaz.Images;
using Topaz.Particles;

namespace Topaz.Cli.Extraction;

/// <summary>The flags that say where picks go and in what pixels.</summary>
internal sealed class PickOutputFlags
{
    private readonly Option<double> _up, _down;
    private readonly Option<string?> _output;
    private readonly Option<bool> _perMicrograph;
    private readonly Option<string> _suffix, _format;
    private readonly Option<double?> _boxSize;

    public PickOutputFlags(Verb verb)
    {
        verb.Group("Output");
        _output = verb.Flag<string?>(["-o", "--output"], "file for the picks; by default they are printed", "FILE");
        _up = verb.Flag(["-x", "--up-scale"], 1.0, "multiply coordinates by this", "FACTOR");
        _down = verb.Flag(["-s", "--down-scale"], 1.0, "divide coordinates by this", "FACTOR");
        _format = FormatFlag.Add(verb, "--format", "format of the picks; of box and json there is always a file for each micrograph");
        _boxSize = verb.Flag<double?>(["--boxsize"], "with --format box: width and height of the boxes, in the pixels that are written; by default twice the radius", "PIXELS");
        _perMicrograph = verb.Flag<bool>(["--per-micrograph"], "write a file of picks for each micrograph, beside it or, with -o, in that folder");
        _suffix = verb.Flag(["--suffix"], "", "put this behind the name of each file of --per-micrograph", "TEXT");
    }

    /// <summary>The file or, with one file for each micrograph, the folder; null for standard output, or beside each micrograph.</summary>
    public string? Path(ParseResult parse) => parse.GetValue(_output);

    /// <summary>Whether picks are printed.</summary>
    public bool IsPrinted(ParseResult parse) => Path(parse) is null && !IsPerMicrograph(parse);

    /// <summary>Whether coordinates are scaled.</summary>
    public bool Scales(ParseResult parse) => !(parse.IsDefault(_up) && parse.IsDefault(_down));

    /// <summary>Makes sure that the flags make sense.</summary>
    public void Check(ParseResult parse)
    {
        if (Scale(parse) is not (> 0 and < double.PositiveInfinity))
            throw new UsageException("--up-scale and --down-scale must be positive.");
        if (parse.GetValue(_suffix)!.Length > 0 && !IsPerMicrograph(parse))
            throw new UsageException("--suffix needs --per-micrograph.");
        if (IsPrinted(parse) && Format(parse) != ParticleFormat.Table)
            throw new UsageException("--format needs -o, for only tables are printed.");
        if (parse.GetValue(_boxSize) is not null && Format(parse) != ParticleFormat.Box)
            throw new UsageException("--boxsize needs --format box.");
        if (parse.GetValue(_boxSize) is not (null or (> 0 and < double.PositiveInfinity)))
            throw new UsageException("--boxsize must be positive.");
    }

    /// <summary>Makes sure that picks can be written and replace no input.</summary>
    /// <exception cref="TopazException">They cannot, or would.</exception>
    public void Require(ParseResult parse, IReadOnlyList<ImageEntry> micrographs, IEnumerable<string?> inputs)
    {
        string?[] all = [.. inputs, .. micrographs.Select(image => image.Path)];
        if (IsPerMicrograph(parse))
        {
            foreach (IGrouping<string, string> folder in micrographs.Select(image => PathFor(parse, image)).GroupBy(path => System.IO.Path.GetDirectoryName(path)!))
            {
                OutputPath.RequireFolder(folder.Key);
                foreach (string path in folder)
                    OutputPath.RequireOther(path, all);
            }
        }
        else if (Path(parse) is { } path)
        {
            OutputPath.RequireNoImage(path, all);
        }
    }

    /// <summary>Starts the output.</summary>
    public PickOutput Open(ParseResult parse)
    {
        (double scale, double? boxSize, ParticleFormat format) = (Scale(parse), parse.GetValue(_boxSize), Format(parse));
        return IsPerMicrograph(parse)
            ? PickOutput.ToEach(image => PathFor(parse, image), format, scale, boxSize)
            : PickOutput.ToFile(Path(parse), format, scale, boxSize);
    }

    /// <summary>Where the picks of one micrograph, or a picture of them, go.</summary>
    public string PathFor(ParseResult parse, ImageEntry image, string? ending = null)
    {
        string? folder = IsPerMicrograph(parse) ? Path(parse) : System.IO.Path.GetDirectoryName(Path(parse));
        return System.IO.Path.GetFullPath(System.IO.Path.Combine(
            folder ?? System.IO.Path.GetDirectoryName(MicrographFile.Parse(image.Path).File) ?? "", image.Name + parse.GetValue(_suffix) + (ending ?? ParticleFile.EndingOf(Format(parse)))));
    }

    private ParticleFormat Format(ParseResult parse) => FormatFlag.Of(parse, _format)!.Value;

    private bool IsPerMicrograph(ParseResult parse) => parse.GetValue(_perMicrograph) || ParticleFile.IsPerMicrograph(Format(parse));

    private double Scale(ParseResult parse) => parse.GetValue(_up) / parse.GetValue(_down);
}
