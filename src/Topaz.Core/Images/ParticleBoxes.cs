namespace Topaz.Images;

/// <summary>Cuts square boxes out of micrographs.</summary>
public static class ParticleBoxes
{
    /// <summary>The box of <paramref name="size"/> pixels with a pixel in its middle; of an even size, right of and below the middle.</summary>
    /// <param name="micrograph">The micrograph.</param>
    /// <param name="x">Column, rounded to the nearest pixel.</param>
    /// <param name="y">Row, rounded to the nearest pixel.</param>
    /// <param name="size">Width and height of the box, in pixels.</param>
    /// <returns>The box; null where it does not lie in the micrograph as a whole.</returns>
    public static Micrograph? Cut(Micrograph micrograph, double x, double y, int size)
    {
        ArgumentNullException.ThrowIfNull(micrograph);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        double left = Math.Floor(x + 0.5) - size / 2, top = Math.Floor(y + 0.5) - size / 2;
        if (!(left >= 0 && top >= 0 && left + size <= micrograph.Width && top + size <= micrograph.Height))
            return null;
        float[] box = new float[size * size];
        for (int row = 0; row < size; row++)
            micrograph.Pixels.AsSpan(((int)top + row) * micrograph.Width + (int)left, size).CopyTo(box.AsSpan(row * size));
        return new Micrograph(micrograph.Name, size, size, box, micrograph.PixelSize);
    }
}
