using System.Runtime.Intrinsics;
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
        bool inside = crop.Column - reach >= 1 && crop.Row - reach >= 1
            && crop.Column + reach < image.Width - 2 && crop.Row + reach < image.Height - 2;
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
                    int left = (int)floorX + crop.Column - 1, top = (int)floorY + crop.Row - 1;
                    Vector128<float> wx = Cubic(sx - floorX), wy = Cubic(sy - floorY);
                    *target++ = inside
                        ? Interpolate(pixels + (nint)top * image.Width + left, image.Width, wx, wy)
                        : InterpolateAtBorder(image, left, top, wx, wy);
                }
            }
        }
    }

    /// <summary>
    /// The four weights of cubic convolution (Keys, 1981, a = −½) for a position <paramref name="t"/> past the second of four
    /// pixels. Bilinear weights would blur the noise, by as much as the angle makes them, and the network would be trained on
    /// another kind of noise than it is to score.
    /// </summary>
    private static Vector128<float> Cubic(float t)
    {
        Vector128<float> cubic = Vector128.Create(-0.5f, 1.5f, -1.5f, 0.5f), square = Vector128.Create(1, -2.5f, 2, -0.5f);
        return ((cubic * t + square) * t + Vector128.Create(-0.5f, 0, 0.5f, 0)) * t + Vector128.Create(0f, 1, 0, 0);
    }

    /// <param name="p">The upper left of the four by four pixels.</param>
    /// <param name="width">Pixels of a row of the image.</param>
    /// <param name="wx">Weights of the columns.</param>
    /// <param name="wy">Weights of the rows.</param>
    private static float Interpolate(float* p, int width, Vector128<float> wx, Vector128<float> wy)
    {
        Vector128<float> upper = Vector128.Load(p) * wy[0] + Vector128.Load(p + width) * wy[1];
        Vector128<float> lower = Vector128.Load(p + 2 * width) * wy[2] + Vector128.Load(p + 3 * width) * wy[3];
        return Vector128.Dot(upper + lower, wx);
    }

    private static float InterpolateAtBorder(Micrograph image, int x, int y, Vector128<float> wx, Vector128<float> wy)
    {
        float* square = stackalloc float[16];
        for (int i = 0; i < 16; i++)
        {
            int px = x + i % 4, py = y + i / 4;
            square[i] = (uint)px < (uint)image.Width && (uint)py < (uint)image.Height ? image[px, py] : 0;
        }

        return Interpolate(square, 4, wx, wy);
    }
}
