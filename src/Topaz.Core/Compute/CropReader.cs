using Topaz.Images;

namespace Topaz.Compute;

/// <summary>Cuts crops out of micrographs, rotated and mirrored.</summary>
internal static unsafe class CropReader
{
    /// <summary>Writes the crop's <paramref name="width"/>² pixels, row by row.</summary>
    public static void Read(Micrograph image, in Crop crop, int width, float* target)
    {
        int half = width / 2;
        (double sin, double cos) = crop.Angle == 0 ? (0, 1) : Math.SinCos(crop.Angle);
        double signX = crop.FlipX ? -1 : 1, signY = crop.FlipY ? -1 : 1;
        // A step to the right in the crop is this step in the micrograph.
        float stepX = (float)(cos * signX), stepY = (float)(sin * signX);
        float reach = half * MathF.Sqrt(2) + 1;
        bool inside = crop.Column - reach >= 0 && crop.Row - reach >= 0
            && crop.Column + reach < image.Width - 1 && crop.Row + reach < image.Height - 1;
        fixed (float* pixels = image.Pixels)
        {
            for (int row = 0; row < width; row++)
            {
                double dy = (row - half) * signY, dx = -half * signX;
                float x = (float)(cos * dx - sin * dy), y = (float)(sin * dx + cos * dy);
                for (int column = 0; column < width; column++)
                {
                    float sx = x + column * stepX, sy = y + column * stepY;
                    float floorX = MathF.Floor(sx), floorY = MathF.Floor(sy);
                    int ix = (int)floorX + crop.Column, iy = (int)floorY + crop.Row;
                    *target++ = inside
                        ? Interpolate(pixels + (nint)iy * image.Width + ix, image.Width, sx - floorX, sy - floorY)
                        : InterpolateAtBorder(image, ix, iy, sx - floorX, sy - floorY);
                }
            }
        }
    }

    private static float Interpolate(float* p, int width, float fx, float fy)
    {
        float top = p[0] + fx * (p[1] - p[0]), bottom = p[width] + fx * (p[width + 1] - p[width]);
        return top + fy * (bottom - top);
    }

    private static float InterpolateAtBorder(Micrograph image, int x, int y, float fx, float fy)
    {
        float a = Pixel(image, x, y), b = Pixel(image, x + 1, y);
        float c = Pixel(image, x, y + 1), d = Pixel(image, x + 1, y + 1);
        float top = a + fx * (b - a), bottom = c + fx * (d - c);
        return top + fy * (bottom - top);
    }

    private static float Pixel(Micrograph image, int x, int y) =>
        (uint)x < (uint)image.Width && (uint)y < (uint)image.Height ? image[x, y] : 0;
}
