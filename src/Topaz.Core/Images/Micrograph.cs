namespace Topaz.Images;

/// <summary>
/// One two-dimensional image held in memory: a micrograph, or a map of the same shape such as log-odds scores.
/// </summary>
/// <remarks>Row y, column x is <c>Pixels[y * Width + x]</c>; x counts from the left, y from the top, both from zero,
/// with pixel centres at integers.</remarks>
public sealed class Micrograph
{
    /// <summary>Wraps <paramref name="pixels"/> without copying them.</summary>
    /// <param name="name">The micrograph's name, without folder and extension.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="pixels">Row-major grey values, <c>width * height</c> of them.</param>
    /// <param name="pixelSize">Å per pixel; 0 when unknown.</param>
    /// <exception cref="ArgumentException">The size is not positive or does not fit the number of pixels.</exception>
    public Micrograph(string name, int width, int height, float[] pixels, double pixelSize = 0)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        if (width <= 0 || height <= 0 || (long)width * height != pixels.Length)
            throw new ArgumentException($"{pixels.Length} pixels do not make an image of {width} x {height}.", nameof(pixels));
        Name = name;
        Width = width;
        Height = height;
        Pixels = pixels;
        PixelSize = pixelSize;
    }

    /// <summary>The micrograph's name, without folder and extension; lists and coordinates refer to it.</summary>
    public string Name { get; }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Row-major grey values.</summary>
    public float[] Pixels { get; }

    /// <summary>Å per pixel; 0 when unknown.</summary>
    public double PixelSize { get; }

    /// <summary>The grey value at column <paramref name="x"/>, row <paramref name="y"/>.</summary>
    public float this[int x, int y] => Pixels[y * Width + x];
}
