using System.Text.Json.Nodes;
using FsCheck.Xunit;
using Topaz.Images;
using Xunit;

namespace Topaz.Tests;

public sealed class FourierDownsamplerTests
{
    /// <summary>Single precision against a reference in double: 1e-5 of the spread of grey values.</summary>
    private const double Tolerance = 1e-5;

    [SkippableFact]
    public void Matches_the_goldens()
    {
        JsonNode goldens = Goldens.Require()["downsample"]!;
        foreach (JsonNode? golden in goldens["cases"]!.AsArray())
        {
            int[] shape = Goldens.Shape(golden!["input"]!);
            JsonNode output = shape[0] == 250 ? goldens["fixed_250x333_by3"]! : golden["output"]!;
            float[] expected = Goldens.Floats(output);
            Micrograph image = new("golden", shape[1], shape[0], Goldens.Floats(golden["input"]!), pixelSize: 1.5);

            Micrograph small = FourierDownsampler.Downsample(image, (double)golden["factor"]!);

            Assert.Equal(Goldens.Shape(output), new[] { small.Height, small.Width });
            Assert.Equal(1.5 * image.Width / small.Width, small.PixelSize, 12);
            AssertClose(expected, small.Pixels, Tolerance);
        }
    }

    [Theory]
    [InlineData(24, 18, 2.0)]
    [InlineData(25, 19, 2.0)]
    [InlineData(37, 53, 1.3)]
    [InlineData(131, 9, 4.0)]
    [InlineData(64, 2, 1.6)]
    public void Equals_the_sum_of_the_waves_kept(int width, int height, double factor)
    {
        Micrograph image = Noise(width, height, offset: 5);
        Micrograph small = FourierDownsampler.Downsample(image, factor);
        Assert.Equal((int)(width / factor), small.Width);
        Assert.Equal((int)(height / factor), small.Height);
        // The last digit of a grey value about 5 is 5e-7.
        AssertClose(DirectSum(image, small.Width, small.Height), small.Pixels, 5e-6);
    }

    [Property(MaxTest = 30)]
    public void The_mean_is_kept_and_threads_do_not_matter(byte w, byte h, byte f)
    {
        int width = 8 + w, height = 8 + h;
        double factor = 1 + f / 40.0;
        Micrograph image = Noise(width, height, offset: 1000);
        Micrograph one = FourierDownsampler.Downsample(image, factor, threads: 1);
        Micrograph two = FourierDownsampler.Downsample(image, factor, threads: 2);
        Assert.Equal(one.Pixels, two.Pixels);
        Assert.Equal(image.Pixels.Average(p => (double)p), one.Pixels.Average(p => (double)p), 1000 * 1e-6);
    }

    [Fact]
    public void A_whole_result_of_a_broken_factor_is_not_rounded_down() =>
        Assert.Equal(1000, FourierDownsampler.Downsample(Noise(1100, 22, 0), 1.1).Width);

    [Fact]
    public void Nothing_left_or_a_factor_below_one_is_refused()
    {
        Assert.Throws<TopazException>(() => FourierDownsampler.Downsample(Noise(4, 40, 0), 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => FourierDownsampler.Downsample(Noise(4, 4, 0), 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => FourierDownsampler.Downsample(Noise(4, 4, 0), double.NaN));
    }

    [Theory]
    [InlineData(30, 21)]
    [InlineData(31, 20)]
    public void A_filter_multiplies_a_wave_by_its_gain(int width, int height)
    {
        const int Kx = 3, Ky = -2;
        Micrograph wave = new("wave", width, height, Wave(width, height, Kx, Ky, amplitude: 1, offset: 10));
        Micrograph filtered = FourierFilter.Apply(wave, (fx, fy) => fx == 0 && fy == 0 ? 0.5 : 1 + 10 * fx * fx + 3 * fx * fy);
        double fx = (double)Kx / width, fy = (double)Ky / height;
        float[] expected = Wave(width, height, Kx, Ky, 1 + 10 * fx * fx + 3 * fx * fy, offset: 5);
        AssertClose(expected, filtered.Pixels, 2e-6);
    }

    private static float[] Wave(int width, int height, int kx, int ky, double amplitude, double offset) =>
        [.. Enumerable.Range(0, width * height)
            .Select(i => (double)kx * (i % width) / width + (double)ky * (i / width) / height)
            .Select(turns => (float)(offset + amplitude * Math.Cos(2 * Math.PI * turns + 0.3)))];

    private static Micrograph Noise(int width, int height, double offset)
    {
        RandomStream random = new(3, (uint)width, (uint)height);
        float[] pixels = new float[width * height];
        foreach (ref float pixel in pixels.AsSpan())
            pixel = (float)(offset + random.NextGaussian());
        return new Micrograph("noise", width, height, pixels);
    }

    /// <summary>The definition, term by term: frequencies ky of the output's own rows and kx ≥ 0, their conjugates
    /// implied.</summary>
    private static float[] DirectSum(Micrograph image, int width, int height)
    {
        double[] result = new double[width * height];
        for (int ky = -(height / 2); ky < (height + 1) / 2; ky++)
        {
            for (int kx = 0; kx <= width / 2; kx++)
            {
                double re = 0, im = 0;
                for (int i = 0; i < image.Pixels.Length; i++)
                {
                    double x = (double)(i % image.Width) / image.Width, y = (double)(i / image.Width) / image.Height;
                    double angle = -2 * Math.PI * (kx * x + ky * y);
                    re += image.Pixels[i] * Math.Cos(angle);
                    im += image.Pixels[i] * Math.Sin(angle);
                }

                double weight = (kx == 0 || 2 * kx == width ? 1.0 : 2.0) / image.Pixels.Length;
                for (int i = 0; i < result.Length; i++)
                {
                    // At kx = 0 and the highest kx of an even width only the real part along x survives: the wave in y is
                    // split off first.
                    double y = 2 * Math.PI * ky * (i / width) / height, x = 2 * Math.PI * kx * (i % width) / width;
                    double partRe = re * Math.Cos(y) - im * Math.Sin(y), partIm = re * Math.Sin(y) + im * Math.Cos(y);
                    bool real = kx == 0 || 2 * kx == width;
                    result[i] += weight * (partRe * Math.Cos(x) - (real ? 0 : partIm * Math.Sin(x)));
                }
            }
        }

        return [.. result.Select(value => (float)value)];
    }

    private static void AssertClose(float[] expected, float[] actual, double relative)
    {
        double mean = expected.Average(), spread = Math.Sqrt(expected.Average(e => (e - mean) * (e - mean)));
        double worst = expected.Zip(actual, (e, a) => Math.Abs((double)e - a)).Max();
        Assert.True(worst <= relative * spread, $"worst error {worst:g3}, spread {spread:g3}");
    }
}
