using Topaz.Compute;
using Topaz.Images;
using Topaz.Particles;
using Topaz.Training;
using Xunit;

namespace Topaz.Tests;

public class CropSamplerTests
{
    [Fact]
    public void DiscsAreClippedAndCountOnce()
    {
        LabeledPixels pixels = Pixels();
        // a: two discs of 29 whose overlap counts once, and a quarter disc in the corner; b: one disc of 29.
        var expected = new HashSet<(int, int)>();
        foreach ((int x, int y) in new[] { (10, 10), (12, 10), (0, 0) })
        {
            for (int dy = -3; dy <= 3; dy++)
            {
                for (int dx = -3; dx <= 3; dx++)
                {
                    if (dx * dx + dy * dy <= 9 && x + dx >= 0 && y + dy >= 0)
                        expected.Add((x + dx, y + dy));
                }
            }
        }

        Assert.Equal(expected.Count + 29, pixels.PositiveCount);
        Assert.Equal(4, pixels.Labels);
        Assert.Equal(pixels.PositiveCount / (40.0 * 30 + 20 * 20), pixels.ObservedFraction);
        for (int pixel = 0; pixel < 40 * 30; pixel++)
            Assert.Equal(expected.Contains((pixel % 40, pixel / 40)), pixels.Mask(0)[pixel]);
    }

    [Fact]
    public void PositivesAreUniformOverPixelsAndTheRestOverMicrographs()
    {
        LabeledPixels pixels = Pixels();
        var sampler = new CropSampler(pixels, 64, 0.5, seed: 1);
        Assert.Equal(32, sampler.Positive.Count(true));
        var crops = new Crop[64];
        var hits = new Dictionary<(int, int, int), int>();
        int onFirst = 0, unlabeled = 0;
        for (uint step = 0; step < 1000; step++)
        {
            sampler.Draw(1, step, crops);
            for (int i = 0; i < crops.Length; i++)
            {
                Crop crop = crops[i];
                int width = pixels.Micrographs[crop.Micrograph].Width;
                Assert.Equal(sampler.Positive[i], pixels.Mask(crop.Micrograph)[crop.Row * width + crop.Column]);
                if (sampler.Positive[i])
                {
                    hits[(crop.Micrograph, crop.Row, crop.Column)] = hits.GetValueOrDefault((crop.Micrograph, crop.Row, crop.Column)) + 1;
                }
                else
                {
                    unlabeled++;
                    onFirst += crop.Micrograph == 0 ? 1 : 0;
                }
            }
        }

        // Binomial counts, six standard deviations.
        Assert.Equal(pixels.PositiveCount, hits.Count);
        double expected = 32_000.0 / pixels.PositiveCount;
        Assert.All(hits.Values, count => Assert.InRange(count, expected - 6 * Math.Sqrt(expected), expected + 6 * Math.Sqrt(expected)));
        Assert.InRange(onFirst, unlabeled / 2 - 3 * Math.Sqrt(unlabeled), unlabeled / 2 + 3 * Math.Sqrt(unlabeled));
    }

    [Fact]
    public void NaturalSamplingTakesLabelledPixelsAsOftenAsTheyAre()
    {
        LabeledPixels pixels = Pixels();
        var sampler = new CropSampler(pixels, 64, positiveShare: null, seed: 1);
        var crops = new Crop[64];
        int labelled = 0;
        for (uint step = 0; step < 1000; step++)
        {
            sampler.Draw(1, step, crops);
            for (int i = 0; i < crops.Length; i++)
            {
                int width = pixels.Micrographs[crops[i].Micrograph].Width;
                Assert.Equal(sampler.Positive[i], pixels.Mask(crops[i].Micrograph)[crops[i].Row * width + crops[i].Column]);
            }

            labelled += sampler.Positive.Count(true);
        }

        // Micrographs are equally likely, however large they are.
        double expected = 64_000 * Enumerable.Range(0, 2).Average(i => (double)pixels.Mask(i).Count(true) / pixels.Mask(i).Length);
        Assert.InRange(labelled, expected - 6 * Math.Sqrt(expected), expected + 6 * Math.Sqrt(expected));
    }

    [Fact]
    public void AugmentationIsUniform()
    {
        var crops = new Crop[256];
        var sampler = new CropSampler(Pixels(), 256, 0.0625, seed: 2);
        Assert.Equal(16, sampler.Positive.Count(true));
        List<Crop> all = [];
        for (uint step = 0; step < 40; step++)
        {
            sampler.Draw(3, step, crops);
            all.AddRange(crops);
        }

        Assert.All(all, crop => Assert.InRange(crop.Angle, 0, 2 * Math.PI));
        double tolerance = 6 / Math.Sqrt(all.Count);
        Assert.InRange(all.Average(crop => Math.Cos(crop.Angle)), -tolerance, tolerance);
        Assert.InRange(all.Average(crop => Math.Sin(crop.Angle)), -tolerance, tolerance);
        foreach ((bool x, bool y) in new[] { (false, false), (false, true), (true, false), (true, true) })
            Assert.InRange(all.Count(crop => crop.FlipX == x && crop.FlipY == y) / (double)all.Count, 0.25 - tolerance, 0.25 + tolerance);

        new CropSampler(Pixels(), 256, 0.0625, seed: 2, augment: false).Draw(3, 0, crops);
        Assert.All(crops, crop => Assert.Equal((0f, false, false), (crop.Angle, crop.FlipX, crop.FlipY)));
    }

    [Fact]
    public void UnlabeledOfPuLieAnywhere()
    {
        LabeledPixels pixels = Pixels();
        var sampler = new CropSampler(pixels, 4096, 0.01, seed: 1, unlabeledAnywhere: true);
        var crops = new Crop[4096];
        sampler.Draw(1, 1, crops);
        bool[] positive = sampler.Positive.ToArray();
        Assert.Contains(crops.Where((_, i) => !positive[i]), crop =>
            pixels.Mask(crop.Micrograph)[crop.Row * pixels.Micrographs[crop.Micrograph].Width + crop.Column]);
    }

    [Fact]
    public void DrawsDependOnTheirKeyAlone()
    {
        var sampler = new CropSampler(Pixels(), 32, 0.25, seed: 9);
        Crop[] first = new Crop[32], again = new Crop[32], other = new Crop[32];
        sampler.Draw(2, 7, first);
        sampler.Draw(2, 8, other);
        sampler.Draw(2, 7, again);
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        new CropSampler(Pixels(), 32, 0.25, seed: 10).Draw(2, 7, other);
        Assert.NotEqual(first, other);
    }

    [Fact]
    public void WhatCannotBeSampledIsRefused()
    {
        Micrograph micrograph = Image("a", 5, 5);
        var particles = new ParticleTable();
        Assert.Throws<TopazException>(() => new LabeledPixels([], particles, 3));
        particles.Add("b", new Particle(1, 1));
        particles.Add("a", new Particle(99, 1));
        Assert.Contains("match", Assert.Throws<TopazException>(() => new LabeledPixels([micrograph], particles, 3)).Message, StringComparison.Ordinal);
        particles.Add("a", new Particle(2, 2));
        Assert.Contains("cover", Assert.Throws<TopazException>(() => new LabeledPixels([micrograph], particles, 4)).Message, StringComparison.Ordinal);
    }

    private static LabeledPixels Pixels()
    {
        var particles = new ParticleTable();
        particles.Add("a", [new Particle(10, 10), new Particle(12, 10), new Particle(0, 0), new Particle(500, 3)]);
        particles.Add("b", new Particle(9.6, 10.4));
        return new LabeledPixels([Image("a", 40, 30), Image("b", 20, 20)], particles, 3);
    }

    private static Micrograph Image(string name, int width, int height) => new(name, width, height, new float[width * height]);
}
