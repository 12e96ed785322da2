using System.Text.Json.Nodes;
using Topaz.Images;
using Xunit;

namespace Topaz.Tests;

public sealed class NormalizerTests
{
    [SkippableFact]
    public void Mixture_matches_the_goldens()
    {
        foreach (JsonNode? golden in Goldens.Require()["normalize"]!["cases"]!.AsArray())
        {
            Micrograph image = Input(golden!);
            JsonNode expected = golden!["gmm_f64ref"]!;
            GaussianMixture fit = GaussianMixture.Fit(image.Pixels);
            AssertRelative((double)expected["mu"]!, fit.Mean, 1e-9);
            AssertRelative((double)expected["std"]!, fit.StandardDeviation, 1e-9);
            AssertRelative((double)expected["pi"]!, fit.Pi, 1e-9);
            AssertRelative((double)expected["logp"]!, fit.LogPosterior, 1e-10);

            // The reference sums in single precision and so stops at another of the twelve ends, where μ differs by 6e-5 σ
            // and σ by 3e-5 of itself.
            float[] output = Goldens.Floats(golden["output"]!), actual = Normalizer.Mixture(image, sampling: 1).Pixels;
            Assert.All(output.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-4f + 5e-5f * Math.Abs(pair.First)));
        }
    }

    [SkippableFact]
    public void Every_start_matches_the_goldens()
    {
        foreach (JsonNode? golden in Goldens.Require()["normalize"]!["cases"]!.AsArray())
        {
            JsonNode expected = golden!["gmm_f64ref"]!;
            GaussianMixture[] fits = [.. GaussianMixture.FitAll(Input(golden).Pixels)];
            AssertAll(expected["mus"]!, fits.Select(fit => fit.Mean));
            AssertAll(expected["stds"]!, fits.Select(fit => fit.StandardDeviation));
            AssertAll(expected["pis"]!, fits.Select(fit => fit.Pi));
            double[] logs = Goldens.Numbers(expected["logps"]!);
            // For π = 1 the reference adds the prior's density, 900, where its logarithm belongs.
            logs[^1] += Math.Log(900) - 900;
            for (int i = 0; i < logs.Length; i++)
                AssertRelative(logs[i], fits[i].LogPosterior, 1e-10);
        }

        static void AssertAll(JsonNode expected, IEnumerable<double> actual)
        {
            foreach ((double first, double second) in Goldens.Numbers(expected).Zip(actual, ValueTuple.Create))
                AssertRelative(first, second, 1e-9);
        }
    }

    [SkippableFact]
    public void Affine_matches_the_goldens()
    {
        foreach (JsonNode? golden in Goldens.Require()["normalize"]!["cases"]!.AsArray())
        {
            float[] actual = Normalizer.Affine(Input(golden!)).Pixels;
            double[] expected = Goldens.Numbers(golden!["affine_output_first8"]!);
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        }
    }

    [Fact]
    public void The_prior_says_how_much_ice_to_expect()
    {
        // Two overlapping halves, which the grey values alone hardly tell apart.
        float[] pixels = Picture("halves", x => x < 256 ? 0 : 1).Pixels;
        double ShareOfIce(double alpha, double beta) =>
            GaussianMixture.Fit(pixels, new MixtureOptions { Alpha = alpha, Beta = beta }).Pi;
        Assert.InRange(ShareOfIce(1e5, 1e5), 0.4, 0.6);
        Assert.InRange(ShareOfIce(9e5, 1e5), 0.75, 0.95);
        MixtureOptions even = new() { Alpha = 1e5, Beta = 1e5 };
        Assert.NotEqual(GaussianMixture.Fit(pixels, even with { MaxIterations = 1 }), GaussianMixture.Fit(pixels, even));
    }

    [Fact]
    public void Ice_beside_a_carbon_edge_gets_mean_0_and_deviation_1()
    {
        // A quarter of the picture is carbon, five standard deviations darker.
        Micrograph image = Picture("edge", x => x < 128 ? 80 : 90);
        Micrograph normalized = Normalizer.Mixture(image, seed: 1);
        (double mean, double deviation) = Moments.Of(
            Enumerable.Range(0, 512 * 512).Where(i => i % 512 >= 128).Select(i => normalized.Pixels[i]).ToArray());
        // 20,000 pixels in the sample: three standard errors are 0.02.
        Assert.Equal(0, mean, 0.03);
        Assert.Equal(1, deviation, 0.03);
        Assert.Equal(image.PixelSize, normalized.PixelSize);
    }

    [Fact]
    public void The_sample_depends_on_seed_and_name_alone()
    {
        float[] first = Normalizer.Mixture(Picture("a", _ => 0), seed: 1).Pixels;
        Assert.Equal(first, Normalizer.Mixture(Picture("a", _ => 0), seed: 1).Pixels);
        Assert.NotEqual(first, Normalizer.Mixture(Picture("a", _ => 0), seed: 2).Pixels);
        Assert.NotEqual(first, Normalizer.Mixture(Picture("b", _ => 0), seed: 1).Pixels);
    }

    [Fact]
    public void Threads_do_not_matter()
    {
        Micrograph image = Picture("edge", x => x < 128 ? 80 : 90);
        Assert.Equal(GaussianMixture.FitAll(image.Pixels, threads: 1), GaussianMixture.FitAll(image.Pixels, threads: 3));
        Assert.Equal(Normalizer.Mixture(image, threads: 1).Pixels, Normalizer.Mixture(image, threads: 2).Pixels);
    }

    /// <summary>The textbook's expectation-maximisation, with a density for every single value, against bins and vectors.</summary>
    [Theory]
    [InlineData(0.02, 5)]
    [InlineData(0.25, 3)]
    [InlineData(0.25, 1)]
    public void Fits_equal_those_of_the_plain_algorithm(double carbon, double distance)
    {
        float[] values = Picture("carbon", x => x < 512 * carbon ? 100 : 100 + 2 * distance).Pixels[..30_000];
        GaussianMixture[] fits = [.. GaussianMixture.FitAll(values)];
        // The second start, π = 0.2, and the last but one, π = 0.98.
        AssertFit(PlainFit(values, 0.2), fits[1]);
        AssertFit(PlainFit(values, 0.98), fits[^2]);

        static void AssertFit((double Mean, double Deviation, double Pi) expected, GaussianMixture actual)
        {
            AssertRelative(expected.Mean, actual.Mean, 1e-8);
            AssertRelative(expected.Deviation, actual.StandardDeviation, 1e-8);
            AssertRelative(expected.Pi, actual.Pi, 1e-8);
        }
    }

    private static (double Mean, double Deviation, double Pi) PlainFit(float[] values, double pi)
    {
        double[] sorted = [.. values.Select(value => (double)value).Order()];
        int n = sorted.Length;
        double position = (1 - pi) * (n - 1);
        double edge = sorted[(int)position] + position % 1 * (sorted[(int)position + 1] - sorted[(int)position]);
        double[] isBright = [.. sorted.Select(x => x >= edge ? 1.0 : 0.0)];
        (double dark, double bright, double variance, double posterior) = (0, 0, 0, double.NegativeInfinity);
        for (int iteration = 0; iteration <= 100; iteration++)
        {
            double share = isBright.Sum();
            bright = sorted.Zip(isBright, (x, p) => p * x).Sum() / share;
            dark = sorted.Zip(isBright, (x, p) => (1 - p) * x).Sum() / (n - share);
            variance = sorted.Zip(isBright, (x, p) => p * Math.Pow(x - bright, 2) + (1 - p) * Math.Pow(x - dark, 2)).Sum() / n;
            // The start's π is kept once.
            if (iteration > 0)
                pi = (share + 899) / (n + 899);
            double Density(double x, double mean) => Math.Exp(-0.5 * Math.Pow(x - mean, 2) / variance) / Math.Sqrt(2 * Math.PI * variance);
            double[] brights = [.. sorted.Select(x => pi * Density(x, bright))];
            double[] sums = [.. sorted.Select((x, i) => brights[i] + (1 - pi) * Density(x, dark))];
            double before = posterior;
            posterior = sums.Sum(Math.Log) + 899 * Math.Log(pi);
            if (Math.Abs(posterior - before) <= 1e-3)
                break;
            isBright = [.. brights.Zip(sums, (b, sum) => b / sum)];
        }

        return (bright, Math.Sqrt(variance), pi);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(0.1f)]
    [InlineData(-3e30f)]
    public void A_constant_image_is_refused_by_name(float value)
    {
        Micrograph image = new("blank", 30, 20, [.. Enumerable.Repeat(value, 600)]);
        Assert.Contains("blank: a constant image", Assert.Throws<TopazException>(() => Normalizer.Mixture(image)).Message);
        Assert.Contains("blank: a constant image", Assert.Throws<TopazException>(() => Normalizer.Affine(image)).Message);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(590)]
    public void Two_grey_values_only_stay_finite(int every)
    {
        Micrograph image = new("mask", 30, 20, [.. Enumerable.Range(0, 600).Select(i => i % every == 0 ? 1f : 0f)]);
        Assert.All(Normalizer.Mixture(image).Pixels, pixel => Assert.True(float.IsFinite(pixel)));
        Assert.All(Normalizer.Mixture(image, sampling: 1).Pixels, pixel => Assert.True(float.IsFinite(pixel)));
    }

    private static Micrograph Input(JsonNode golden)
    {
        int[] shape = Goldens.Shape(golden["input"]!);
        return new Micrograph("golden", shape[1], shape[0], Goldens.Floats(golden["input"]!));
    }

    private static Micrograph Picture(string name, Func<int, double> background)
    {
        RandomStream random = new(5);
        float[] pixels = new float[512 * 512];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (float)(background(i % 512) + 2 * random.NextGaussian());
        return new Micrograph(name, 512, 512, pixels, pixelSize: 3);
    }

    private static void AssertRelative(double expected, double actual, double tolerance) =>
        Assert.Equal(expected, actual, tolerance * Math.Abs(expected));
}
