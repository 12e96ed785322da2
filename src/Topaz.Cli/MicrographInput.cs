using Topaz.Images;
using Topaz.Particles;

namespace Topaz.Cli;

/// <summary>A micrograph as the network takes it, and how it relates to its file.</summary>
/// <param name="Image">The prepared image.</param>
/// <param name="ScaleX">Columns of the file for one column of the image.</param>
/// <param name="ScaleY">Rows of the file for one row of the image.</param>
internal sealed record MicrographInput(Micrograph Image, double ScaleX, double ScaleY)
{
    /// <summary>Reads a micrograph and prepares it.</summary>
    /// <exception cref="TopazException">It cannot be read, or nothing can be seen in it.</exception>
    public static MicrographInput Load(ImageEntry entry, Preprocessing preprocessing, int threads)
    {
        Micrograph raw = MicrographFile.Read(entry.Path);
        if (!raw.Pixels.AsSpan().ContainsAnyExcept(raw.Pixels[0]))
            throw new TopazException($"{entry.Path}: all its pixels are {raw.Pixels[0]}; leave it out or export it again.");
        Micrograph prepared = Preprocessor.Apply(raw, preprocessing, threads: threads);
        // Lists may call a micrograph by another name than its file's.
        if (prepared.Name != entry.Name)
            prepared = new Micrograph(entry.Name, prepared.Width, prepared.Height, prepared.Pixels, prepared.PixelSize);
        return new MicrographInput(prepared, (double)raw.Width / prepared.Width, (double)raw.Height / prepared.Height);
    }

    /// <summary>From pixels of the file to pixels of the image.</summary>
    public Particle ToImage(Particle particle) => particle with { X = particle.X / ScaleX, Y = particle.Y / ScaleY };

    /// <summary>From pixels of the image to pixels of the file.</summary>
    public Particle ToFile(Particle particle) => particle with { X = particle.X * ScaleX, Y = particle.Y * ScaleY };
}
