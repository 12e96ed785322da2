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

    /// <summary>What was done to the raw micrograph to make this image; <see cref="Preprocessing.None"/> for one as it was read.</summary>
    public Preprocessing Preprocessing { get; private init; } = Preprocessing.None;

    /// <summary>Columns of the raw micrograph per column of this image; 1 unless it was downsampled.</summary>
    public double ScaleX { get; private init; } = 1;

    /// <summary>Rows of the raw micrograph per row of this image; 1 unless it was downsampled.</summary>
    public double ScaleY { get; private init; } = 1;

    /// <summary>The grey value at column <paramref name="x"/>, row <paramref name="y"/>.</summary>
    public float this[int x, int y] => Pixels[y * Width + x];

    /// <summary>The same image under another name.</summary>
    public Micrograph WithName(string name) => Derive(name, Width, Height, Pixels, PixelSize, Preprocessing);

    /// <summary>The same image with another pixel size, in Å, for where its file does not tell the true one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive.</exception>
    public Micrograph WithPixelSize(double pixelSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pixelSize);
        return Derive(Name, Width, Height, Pixels, pixelSize, Preprocessing);
    }

    /// <summary>Other grey values in the place of these, such as scores; all else stays.</summary>
    /// <exception cref="ArgumentException">The number of pixels differs.</exception>
    public Micrograph WithPixels(float[] pixels) => Derive(Name, Width, Height, pixels, PixelSize, Preprocessing);

    /// <summary>This image normalised.</summary>
    internal Micrograph Normalized(float[] pixels, Normalization normalization) =>
        Derive(Name, Width, Height, pixels, PixelSize, Preprocessing with { Normalization = normalization });

    /// <summary>This image downsampled by <paramref name="factor"/>, which made it <paramref name="width"/> × <paramref name="height"/>.</summary>
    internal Micrograph Downsampled(int width, int height, float[] pixels, double factor) => Derive(
        Name, width, height, pixels, PixelSize * Width / width,
        Preprocessing with { Downsampling = Preprocessing.Downsampling * factor });

    private Micrograph Derive(string name, int width, int height, float[] pixels, double pixelSize, Preprocessing preprocessing) =>
        new(name, width, height, pixels, pixelSize)
        {
            Preprocessing = preprocessing,
            ScaleX = ScaleX * Width / width,
            ScaleY = ScaleY * Height / height,
        };
}
