namespace Topaz.Cli.Reports;

/// <summary>A colour, eight bits a channel.</summary>
public readonly record struct Rgb(byte R, byte G, byte B)
{
    public static readonly Rgb White = new(255, 255, 255);
    public static readonly Rgb Ink = new(34, 34, 34);
    public static readonly Rgb Faint = new(112, 112, 112);
    public static readonly Rgb Grid = new(228, 228, 228);

    /// <summary>Colours that people with any kind of colour vision can tell apart (Okabe and Ito, 2002).</summary>
    public static readonly IReadOnlyList<Rgb> Palette =
        [new(0, 114, 178), new(213, 94, 0), new(0, 158, 115), new(204, 121, 167), new(230, 159, 0), new(86, 180, 233)];

    /// <summary>The colour at <paramref name="t"/> of the way from one to the other, 0 to 1.</summary>
    public static Rgb Mix(Rgb from, Rgb to, double t) => new(
        (byte)Math.Round(from.R + (to.R - from.R) * t),
        (byte)Math.Round(from.G + (to.G - from.G) * t),
        (byte)Math.Round(from.B + (to.B - from.B) * t));
}
