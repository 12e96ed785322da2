using System.CommandLine;
using Topaz.Images;
using Topaz.Particles;
using Topaz.Picking;

namespace Topaz.Cli.Extraction;

/// <summary>The flags for picking filaments instead of single particles, as RELION gives them.</summary>
internal sealed class FilamentFlags
{
    private readonly Option<bool> _filaments;
    private readonly Option<double> _length;
    private readonly Option<bool> _plot;

    public FilamentFlags(Verb verb)
    {
        verb.Group("Filaments");
        _filaments = verb.Flag<bool>(["-f", "--filaments"], "link picks along filaments and write the ends of straight pieces of them, two by two: start, end, start, end");
        _length = verb.Flag(["-fl", "--filaments_length"], 0.0, "leave out filaments that are shorter, in pixels of the prepared micrograph", "PIXELS");
        _plot = verb.Flag<bool>(["-fp", "--filaments_plot"], "draw a picture of each micrograph with its filaments, NAME_filaments.png beside the output");
    }

    /// <summary>Whether filaments are wanted.</summary>
    public bool Wanted(ParseResult parse) => parse.GetValue(_filaments);

    /// <summary>Whether pictures of them are wanted.</summary>
    public bool Plotted(ParseResult parse) => Wanted(parse) && parse.GetValue(_plot);

    /// <summary>Makes sure that the flags make sense.</summary>
    public void Check(ParseResult parse)
    {
        if (parse.GetValue(_length) is not (>= 0 and < double.PositiveInfinity))
            throw new UsageException("--filaments_length must not be negative.");
        if (!Wanted(parse) && (!parse.IsDefault(_length) || parse.GetValue(_plot)))
            throw new UsageException("--filaments_length and --filaments_plot need --filaments.");
    }

    /// <summary>The ends of the filaments' straight pieces, in pixels of the score map.</summary>
    public IReadOnlyList<Particle> Trace(ParseResult parse, Micrograph map, IReadOnlyList<Particle> picks, int radius, float threshold)
    {
        // Half a radius beside the axis still centres a box on the filament.
        double tolerance = Math.Max(1, radius / 2.0);
        return [.. FilamentTracing.Trace(map, picks, radius, threshold, parse.GetValue(_length)).SelectMany(filament => filament.EndPoints(tolerance))];
    }
}
