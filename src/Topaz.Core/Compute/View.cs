namespace Topaz.Compute;

/// <summary>
/// An image of channel vectors in memory: pixels row by row, the channels of a pixel side by side. Channels are padded with
/// zeros to a multiple of <see cref="ChannelBlock"/>, except for the single channel of a micrograph.
/// </summary>
/// <param name="Address">Where channel 0 of pixel (0, 0) lies.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Pixel">Floats from a pixel to its right neighbour, the padded number of channels.</param>
/// <param name="Row">Floats from a row to the next; more than Width · Pixel where rows have margins.</param>
internal readonly unsafe record struct View(nint Address, int Width, int Height, int Pixel, nint Row)
{
    /// <summary>Channels are stored in multiples of this, which every vector width divides.</summary>
    public const int ChannelBlock = 16;

    public float* Data => (float*)Address;

    public int Pixels => Width * Height;

    /// <summary>A view without margins.</summary>
    public static View Packed(float* data, int width, int height, int pixel) =>
        new((nint)data, width, height, pixel, (nint)width * pixel);

    /// <summary>Like <see cref="Packed"/>, with <paramref name="margin"/> pixels on all sides.</summary>
    public static View WithMargins(float* buffer, int width, int height, int pixel, int margin)
    {
        nint row = (nint)(width + 2 * margin) * pixel;
        return new View((nint)(buffer + margin * (row + pixel)), width, height, pixel, row);
    }

    /// <summary>Floats that <see cref="WithMargins"/> needs.</summary>
    public static long Size(int width, int height, int pixel, int margin) => (long)(width + 2 * margin) * (height + 2 * margin) * pixel;

    /// <summary>Channels after padding.</summary>
    public static int Padded(int channels) => (channels + ChannelBlock - 1) / ChannelBlock * ChannelBlock;

    public float* At(int x, int y) => Data + y * Row + (nint)x * Pixel;

    /// <summary>
    /// An image of even width and height whose squares of 2×2 pixels count as a pixel with four times the channels. Two of the four lie in the row
    /// below, so that <see cref="Pixel"/> is the distance of two: where a channel lies tells <see cref="Place"/>.
    /// </summary>
    public View Folded() => this with { Width = Width / 2, Height = Height / 2, Pixel = 2 * Pixel, Row = 2 * Row };

    /// <summary>Floats from a pixel's first channel to another.</summary>
    public nint Place(int channel) => channel < Pixel ? channel : channel - Pixel + Row / 2;
}
