namespace Topaz.Particles;

/// <summary>What some coordinate formats need to know beyond the coordinates; the defaults suit the others.</summary>
public sealed record ParticleFileOptions
{
    /// <summary>Width and height of written boxes, in pixels; formats with boxes cannot be written without.</summary>
    public double BoxSize { get; init; }

    /// <summary>Whether y counts from the bottom in BOX and EMAN2 files, which depends on the program that wrote or will read them. It
    /// needs <see cref="ImageSize"/>.</summary>
    public bool YFromBottom { get; init; }

    /// <summary>Width and height of a micrograph, by its name; null where they cannot be found.</summary>
    public Func<string, (int Width, int Height)?> ImageSize { get; init; } = _ => null;

    /// <summary>What STAR, VIA and cryoSPARC files call a micrograph, by its name; by default the name with .mrc.</summary>
    public Func<string, string> ImagePath { get; init; } = name => name + ".mrc";

    /// <summary>Columns of written STAR files that hold the same value in all rows, by name, such as <c>_rlnVoltage</c>.</summary>
    public IReadOnlyList<(string Column, string Value)> StarColumns { get; init; } = [];

    /// <summary>The size of a micrograph.</summary>
    /// <exception cref="TopazException">It cannot be found.</exception>
    internal (int Width, int Height) SizeOf(string micrograph, string file) => ImageSize(micrograph) ?? throw new TopazException(
        $"{file}: the size of micrograph {TopazException.Quoted(micrograph)} is needed, but its image is not found; say where the images are.");

    /// <summary>From y that counts as the file does to y from the top, or back; both count from pixel centres.</summary>
    internal double Y(double y, string micrograph, string file) => YFromBottom ? SizeOf(micrograph, file).Height - 1 - y : y;
}
