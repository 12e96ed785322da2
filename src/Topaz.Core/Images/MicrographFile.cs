using System.Globalization;

namespace Topaz.Images;

/// <summary>
/// Micrographs in files of any format that is read: MRC, TIFF and PNG, each also packed by gzip, recognised by content and not by the
/// name's ending. <c>3@stack.mrcs</c> names the third image of a file of several, as in RELION.
/// </summary>
public static class MicrographFile
{
    /// <summary>Reads a micrograph; of a file of several images the one that is named, or the first.</summary>
    /// <param name="path">The file.</param>
    /// <param name="threads">Threads to use; 0 for one per core.</param>
    /// <exception cref="MicrographFormatException">The file is of no known format, or not sound.</exception>
    /// <exception cref="TopazException">The file is missing or unreadable, or has no such image.</exception>
    public static Micrograph Read(string path, int threads = 0)
    {
        (string file, int? image) = Parse(path);
        return ImageFile.Open(file, opened => Read(opened, (image ?? 1) - 1, threads)).WithName(MicrographName.Of(path));
    }

    /// <summary>Reads a micrograph from a stream that can seek, as if from a file of that name.</summary>
    /// <exception cref="MicrographFormatException">It is of no known format, or not sound.</exception>
    public static Micrograph Read(Stream stream, string name, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return ImageFile.Open(stream, name, opened => Read(opened, 0, threads));
    }

    /// <summary>
    /// Writes an image in the format that the name ends in: .mrc or .mrc.gz with the pixel size, .tif or .tiff in 32-bit floating
    /// point, .png in 8-bit grey for looking at, from three standard deviations below the mean to three above.
    /// </summary>
    /// <exception cref="TopazException">The name ends in none of these, or the file cannot be written.</exception>
    public static void Write(string path, Micrograph micrograph)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(micrograph);
        string name = path.ToLowerInvariant();
        if (name.EndsWith(".mrc", StringComparison.Ordinal) || name.EndsWith(".mrcs", StringComparison.Ordinal) || name.EndsWith(".mrc.gz", StringComparison.Ordinal))
            MrcFile.Write(path, micrograph);
        else if (name.EndsWith(".tif", StringComparison.Ordinal) || name.EndsWith(".tiff", StringComparison.Ordinal))
            TiffFile.Write(path, micrograph);
        else if (name.EndsWith(".png", StringComparison.Ordinal))
            PngFile.Write(path, micrograph.Width, micrograph.Height, Grey(micrograph.Pixels));
        else
            throw new TopazException($"{path}: no image format is known that ends so; end the name in .mrc, .mrc.gz, .tif or .png.");
    }

    /// <summary>The size of a file's first image, without reading its pixels.</summary>
    /// <exception cref="TopazException">The file is missing, or not sound.</exception>
    public static (int Width, int Height) Size(string path) => ImageFile.Open(Parse(path).File, file =>
    {
        if (TiffDirectory.IsOne(file.Beginning))
            return TiffFile.Size(file);
        if (PngReader.IsOne(file.Beginning))
            return PngReader.Size(file);
        MrcHeader header = MrcFile.ReadHeader(file);
        return (header.Width, header.Height);
    });

    /// <summary>Å per pixel of a file, without reading its pixels; 0 where it does not tell.</summary>
    /// <exception cref="TopazException">The file is missing, or not sound.</exception>
    public static double PixelSize(string path) => ImageFile.Open(Parse(path).File, file =>
        TiffDirectory.IsOne(file.Beginning) || PngReader.IsOne(file.Beginning) ? 0 : MrcFile.ReadHeader(file).PixelSize);

    /// <summary>The images of a file, as paths: itself, or <c>000001@path</c> and so on where it holds several.</summary>
    /// <remarks>A file that cannot be read is one image: reading it tells what is wrong.</remarks>
    public static IEnumerable<string> Expand(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        int count = 1;
        try
        {
            if (Parse(path).Image is null && File.Exists(path))
                count = ImageFile.Open(path, Count);
        }
        catch (TopazException)
        {
            // Told when it is read.
        }

        return count == 1 ? [path] : Enumerable.Range(1, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i:000000}@{path}"));
    }

    /// <summary>The file of a path, and the number of the image in it, from one, if that is named.</summary>
    public static (string File, int? Image) Parse(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        int at = path.IndexOf('@');
        return at > 0 && int.TryParse(path.AsSpan(0, at), NumberStyles.None, CultureInfo.InvariantCulture, out int image) && image > 0 && !File.Exists(path)
            ? (path[(at + 1)..], image)
            : (path, null);
    }

    /// <summary>What to throw where a stack is shorter than was asked.</summary>
    internal static TopazException NoSuchImage(string path, int section, int count) =>
        new($"{path}: has {count} {(count == 1 ? "image" : "images")}, so there is no number {section + 1L}; take one from 1 to {count}.");

    private static Micrograph Read(ImageFile file, int section, int threads)
    {
        if (TiffDirectory.IsOne(file.Beginning))
            return TiffFile.Read(file, section);
        if (PngReader.IsOne(file.Beginning))
            return section == 0 ? PngReader.Read(file) : throw NoSuchImage(file.Name, section, 1);
        return MrcFile.Read(file, section, threads);
    }

    private static int Count(ImageFile file)
    {
        if (TiffDirectory.IsOne(file.Beginning))
            return TiffFile.Count(file);
        return PngReader.IsOne(file.Beginning) ? 1 : MrcFile.ReadHeader(file).Sections;
    }

    private static byte[] Grey(float[] pixels)
    {
        (double mean, double deviation) = Moments.Of(pixels);
        double scale = deviation > 0 ? 255 / (6 * deviation) : 0;
        return Array.ConvertAll(pixels, pixel => (byte)Math.Clamp((pixel - mean) * scale + 127.5, 0, 255));
    }
}
