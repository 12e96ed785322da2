using Topaz.Images;
using Topaz.Particles;
using Topaz.Picking;
using Xunit;

namespace Topaz.Tests;

public class RawCoordinatesTests
{
    private static Micrograph Raw(int width, int height)
    {
        float[] pixels = new float[width * height];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (float)new RandomStream(1, (uint)i).NextDouble();
        return new Micrograph("raw", width, height, pixels, 1.5);
    }

    [Fact]
    public void A_prepared_micrograph_knows_how_it_was_made()
    {
        Preprocessing preprocessing = new(3, Normalization.Mixture);
        Micrograph prepared = Preprocessor.Apply(Raw(100, 64), preprocessing);
        Assert.Equal(preprocessing, prepared.Preprocessing);
        Assert.Equal(preprocessing, prepared.WithPixels(new float[prepared.Pixels.Length]).Preprocessing);
        Assert.Equal((100.0 / 33, 64.0 / 21), (prepared.ScaleX, prepared.ScaleY));
        Assert.Equal("other", prepared.WithName("other").Name);
        Assert.Equal(1.5 * 100 / 33, prepared.WithName("other").PixelSize, 1e-12);
    }

    [Fact]
    public void Downsampling_twice_multiplies()
    {
        Micrograph twice = FourierDownsampler.Downsample(FourierDownsampler.Downsample(Raw(96, 48), 2), 3);
        Assert.Equal(new Preprocessing(6, Normalization.None), twice.Preprocessing);
        Assert.Equal((6.0, 6.0), (twice.ScaleX, twice.ScaleY));
    }

    [Fact]
    public void There_and_back_is_the_identity()
    {
        Micrograph small = FourierDownsampler.Downsample(Raw(100, 64), 3);
        Particle particle = new(57.25, 13.5, 0.5f);
        Particle raw = small.ToRaw(small.FromRaw(particle));
        Assert.Equal(particle.X, raw.X, 1e-12);
        Assert.Equal(particle.Y, raw.Y, 1e-12);
        Assert.Equal(0.5f, raw.Score);
    }

    [Fact]
    public void Only_particles_inside_are_inside()
    {
        Micrograph small = FourierDownsampler.Downsample(Raw(96, 48), 3);
        Particle[] inside = [.. small.Inside([new(93, 0), new(95, 3), new(-2, 3), new(3, 45), new(3, 48)])];
        Assert.Equal([(31, 0), (1, 15)], inside.Select(particle => (particle.X, particle.Y)));
    }
}
