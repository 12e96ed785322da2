using Topaz.Images;
using Xunit;

namespace Topaz.Tests;

public class PreprocessorTests
{
    [Theory]
    [InlineData(Normalization.Mixture)]
    [InlineData(Normalization.Affine)]
    [InlineData(Normalization.None)]
    public void Micrographs_are_downsampled_then_normalised(Normalization normalization)
    {
        Micrograph raw = Noise(61, 50);

        Micrograph prepared = Preprocessor.Apply(raw, new Preprocessing(2, normalization));

        Micrograph small = FourierDownsampler.Downsample(raw, 2);
        Micrograph expected = normalization switch
        {
            Normalization.Mixture => Normalizer.Mixture(small, seed: 0),
            Normalization.Affine => Normalizer.Affine(small),
            _ => small,
        };
        Assert.Equal(expected.Pixels, prepared.Pixels);
        Assert.Equal((30, 25, "noise"), (prepared.Width, prepared.Height, prepared.Name));
        Assert.Equal(1.5 * 61 / 30, prepared.PixelSize, 5);
    }

    [Fact]
    public void Nothing_to_do_changes_nothing()
    {
        Micrograph image = Noise(20, 20);
        Assert.Same(image, Preprocessor.Apply(image, new Preprocessing(1, Normalization.None)));
    }

    private static Micrograph Noise(int width, int height)
    {
        RandomStream random = new(9, (uint)width);
        float[] pixels = [.. Enumerable.Range(0, width * height).Select(_ => (float)(100 + 5 * random.NextGaussian()))];
        return new Micrograph("noise", width, height, pixels, pixelSize: 1.5);
    }
}
