using System.CommandLine;
using Topaz.Images;
using Topaz.Particles;

namespace Topaz.Cli;

/// <summary>The flags that say how large particles are: their diameter and, where headers do not tell it, the pixel size.</summary>
internal sealed class ScaleFlags
{
    private readonly Option<double?> _diameter, _pixelSize;

    /// <param name="verb">Whose flags they are.</param>
    /// <param name="chosen">What follows from the diameter.</param>
    public ScaleFlags(Verb verb, string chosen)
    {
        _diameter = verb.Flag<double?>(["--particle-diameter"], $"the particle's diameter: with the pixel size it chooses {chosen}", "ANGSTROM");
        MakePositive(_diameter);
        _pixelSize = AddPixelSize(verb);
    }

    /// <summary>The flag that tells the pixel size, for verbs that need no diameter.</summary>
    public static Option<double?> AddPixelSize(Verb verb)
    {
        Option<double?> option = verb.Flag<double?>(["--pixel-size"], "Å per pixel of the micrographs, where their headers do not tell it or are wrong", "ANGSTROM");
        MakePositive(option);
        return option;
    }

    /// <summary>The particle's diameter in Å, if it is told.</summary>
    public double? Diameter(ParseResult parse) => parse.GetValue(_diameter);

    /// <summary>Å per pixel of the micrographs; null for what each header tells.</summary>
    public double? PixelSize(ParseResult parse) => parse.GetValue(_pixelSize);

    /// <summary>The particle's radius in pixels of the micrographs as they are in files, by the first that can be read; null without a diameter.</summary>
    /// <exception cref="TopazException">None can be read, or it does not tell its pixel size.</exception>
    public double? RadiusInFiles(ParseResult parse, IReadOnlyList<ImageEntry> micrographs)
    {
        if (Diameter(parse) is not { } diameter)
            return null;
        if (PixelSize(parse) is { } given)
            return ParticleScale.RadiusInPixels(diameter, given, micrographs[0].Path);
        TopazException? first = null;
        foreach (ImageEntry micrograph in micrographs)
        {
            double pixelSize;
            try
            {
                pixelSize = MicrographFile.PixelSize(micrograph.Path);
            }
            catch (TopazException failure)
            {
                // Told when it is its turn, if there is another one.
                first ??= failure;
                continue;
            }

            return ParticleScale.RadiusInPixels(diameter, pixelSize, micrograph.Path);
        }

        throw first!;
    }

    private static void MakePositive(Option<double?> option) => option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<double?>() is not (null or (> 0 and < double.PositiveInfinity)))
            result.AddError($"{option.Name} must be positive.");
    });
}
