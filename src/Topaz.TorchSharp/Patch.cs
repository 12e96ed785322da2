using Topaz.Images;

namespace Topaz.TorchSharp;

/// <summary>Rectangles of micrographs, zero where they reach outside.</summary>
internal static class Patch
{
    public static float[] Cut(Micrograph image, int left, int top, int width, int height)
    {
        var patch = new float[width * height];
        Cut(image, left, top, width, patch);
        return patch;
    }

    /// <param name="image">The micrograph.</param>
    /// <param name="left">First column.</param>
    /// <param name="top">First row.</param>
    /// <param name="width">Columns.</param>
    /// <param name="target">Rows of that width, all zero beforehand: what lies outside is left untouched.</param>
    public static void Cut(Micrograph image, int left, int top, int width, Span<float> target)
    {
        int from = Math.Max(0, left), to = Math.Min(image.Width, left + width), last = Math.Min(image.Height, top + target.Length / width);
        for (int y = Math.Max(0, top); y < last && from < to; y++)
            image.Pixels.AsSpan(y * image.Width + from, to - from).CopyTo(target[((y - top) * width + from - left)..]);
    }
}
