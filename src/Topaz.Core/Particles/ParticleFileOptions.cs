namespace Topaz.Particles;

/// <summary>What some coordinate formats need to know beyond the coordinates; the defaults suit the others.</summary>
public sealed record ParticleFileOptions
{
    /// <summary>Width and height of written boxes, in pixels; formats with boxes cannot be written without.</summary>
    public double BoxSize { get; init; }

    /// <summary>Whether the file counts y from the other end of the image than its format does here, which depends on the program that wrote
    /// or will read it: row y then is row height − 1 − y. It needs <see cref="ImageSize"/>.</summary>
    public bool YFromBottom { get; init; }

    /// <summary>Width and height of a micrograph, by its name; null where they cannot be found.</summary>
    public Func<string, (int Width, int Height)?> ImageSize { get; init; } = _ => null;

    /// <summary>What STAR, VIA and cryoSPARC files call a micrograph, by its name; by default the name with .mrc.</summary>
    public Func<string, string> ImagePath { get; init; } = name => name + ".mrc";

    /// <summary>Columns of written STAR files that hold the same value in all rows, by name, such as <c>_rlnVoltage</c>.</summary>
    public IReadOnlyList<(string Column, string Value)> StarColumns { get; init; } = [];

    /// <summary>Width and height of a micrograph.</summary>
    /// <exception cref="TopazException">They cannot be found.</exception>
    internal (int Width, int Height) SizeOf(string micrograph, string file) => ImageSize(micrograph) ?? throw new TopazException(
        $"{file}: the size of micrograph {TopazException.Quoted(micrograph)} is needed, but its image is not found; say where the images are.");

    /// <summary>Particles with y as the file counts it, from those with y as it counts here; and the other way.</summary>
    internal ParticleTable Turned(ParticleTable particles, string file)
    {
        if (!YFromBottom)
            return particles;
        ParticleTable turned = new();
        foreach (string micrograph in particles.Micrographs)
        {
            turned.Add(micrograph);
            if (particles[micrograph].Count == 0)
                continue;
            int last = SizeOf(micrograph, file).Height - 1;
            turned.Add(micrograph, particles[micrograph].Select(particle => particle with { Y = last - particle.Y }));
        }

        return turned;
    }
}
