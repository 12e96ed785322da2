using Topaz.Compute;
using Topaz.Images;
using Xunit;

namespace Topaz.Tests.Compute;

public unsafe class CropReaderTests
{
    private const int Width = 31;

    [Theory]
    [InlineData(60, 50)]
    [InlineData(2, 97)]
    public void WithoutRotationPixelsAreCopied(int row, int column)
    {
        Micrograph image = RandomWeights.Image(100, 90);
        float[] crop = Read(image, new Crop(0, row, column));
        for (int i = 0; i < crop.Length; i++)
            Assert.Equal(At(image, column + i % Width - Width / 2, row + i / Width - Width / 2), crop[i]);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void FlipsMirrorTheCrop(bool flipX, bool flipY)
    {
        Micrograph image = RandomWeights.Image(100, 90);
        float[] plain = Read(image, new Crop(0, 40, 40)), flipped = Read(image, new Crop(0, 40, 40, 0, flipX, flipY));
        for (int y = 0; y < Width; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                int fromX = flipX ? Width - 1 - x : x, fromY = flipY ? Width - 1 - y : y;
                Assert.Equal(plain[fromY * Width + fromX], flipped[y * Width + x]);
            }
        }
    }

    [Fact]
    public void AQuarterTurnMovesPixels()
    {
        Micrograph image = RandomWeights.Image(100, 90);
        float[] plain = Read(image, new Crop(0, 40, 50)), turned = Read(image, new Crop(0, 40, 50, MathF.PI / 2));
        for (int y = 0; y < Width; y++)
        {
            // The crop's x axis lies along the micrograph's y axis.
            for (int x = 0; x < Width; x++)
                Assert.Equal(plain[x * Width + Width - 1 - y], turned[y * Width + x], 1e-3f);
        }
    }

    [Fact]
    public void ASmoothImageIsTurnedExactlyEnough()
    {
        static double Wave(double x, double y) => Math.Sin(0.3 * x) + Math.Cos(0.2 * y);
        var pixels = new float[100 * 90];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (float)Wave(i % 100, i / 100);
        const float Angle = 0.7f;
        float[] crop = Read(new Micrograph("wave", 100, 90, pixels), new Crop(0, 45, 48, Angle));
        (double sin, double cos) = Math.SinCos(Angle);
        for (int i = 0; i < crop.Length; i++)
        {
            int dx = i % Width - Width / 2, dy = i / Width - Width / 2;
            Assert.Equal(Wave(48 + cos * dx - sin * dy, 45 + sin * dx + cos * dy), crop[i], 2e-3);
        }
    }

    private static float At(Micrograph image, int x, int y) =>
        x >= 0 && y >= 0 && x < image.Width && y < image.Height ? image[x, y] : 0;

    private static float[] Read(Micrograph image, Crop crop)
    {
        var pixels = new float[Width * Width];
        fixed (float* target = pixels)
            CropReader.Read(image, crop, Width, target);
        return pixels;
    }
}
