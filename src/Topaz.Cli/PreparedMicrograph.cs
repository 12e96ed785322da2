using Topaz.Images;
using Topaz.Particles;

namespace Topaz.Cli;

/// <summary>From an entry of a list to the image that the network takes.</summary>
internal static class PreparedMicrograph
{
    /// <summary>Reads a micrograph and prepares it.</summary>
    /// <param name="entry">Which one.</param>
    /// <param name="preprocessing">What to do to it.</param>
    /// <param name="pixelSize">Å per pixel of the file; null for what its header tells.</param>
    /// <param name="threads">Threads to use.</param>
    /// <exception cref="TopazException">It cannot be read, or nothing can be seen in it.</exception>
    public static Micrograph Load(ImageEntry entry, Preprocessing preprocessing, double? pixelSize, int threads)
    {
        Micrograph raw = Raw(entry, pixelSize, threads);
        if (!raw.Pixels.AsSpan().ContainsAnyExcept(raw.Pixels[0]))
            throw new TopazException($"{entry.Path}: all its pixels are {raw.Pixels[0]}; leave it out or export it again.");
        // Lists may call a micrograph by another name than its file's.
        return Preprocessor.Apply(raw, preprocessing, threads: threads).WithName(entry.Name);
    }

    /// <summary>Reads a micrograph as it is.</summary>
    /// <param name="entry">Which one.</param>
    /// <param name="pixelSize">Å per pixel of the file; null for what its header tells.</param>
    /// <param name="threads">Threads to use.</param>
    /// <exception cref="TopazException">It cannot be read.</exception>
    public static Micrograph Raw(ImageEntry entry, double? pixelSize, int threads)
    {
        Micrograph raw = MicrographFile.Read(entry.Path, threads);
        return pixelSize is { } given ? raw.WithPixelSize(given) : raw;
    }
}
