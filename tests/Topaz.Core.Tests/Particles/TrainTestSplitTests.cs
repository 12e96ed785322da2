using Topaz.Particles;
using Xunit;

namespace Topaz.Tests;

public class TrainTestSplitTests
{
    private static readonly ImageEntry[] Images = [.. Enumerable.Range(0, 10).Select(i => new ImageEntry($"m{i}", $"m{i}.mrc"))];

    private static ParticleTable Particles()
    {
        ParticleTable particles = new();
        foreach (ImageEntry image in Images)
            particles.Add(image.Name, new Particle(1, 2));
        return particles;
    }

    [Fact]
    public void Both_sides_together_are_the_whole_and_keep_their_particles()
    {
        TrainTestSplit split = TrainTestSplit.ByCount(Images, Particles(), 3, seed: 7);

        Assert.Equal(3, split.TestImages.Count);
        Assert.Equal(Images, split.TrainImages.Concat(split.TestImages).OrderBy(image => image.Name));
        Assert.Equal(split.TestImages.Select(image => image.Name), split.TestParticles.Micrographs);
        Assert.Equal(split.TrainImages.Select(image => image.Name), split.TrainParticles.Micrographs);
        Assert.Equal(7, split.TrainParticles.Count);
    }

    [Fact]
    public void Folds_deal_each_micrograph_once()
    {
        TrainTestSplit[] folds = [.. Enumerable.Range(0, 4).Select(fold => TrainTestSplit.ByFold(Images, Particles(), 4, fold, seed: 42))];

        Assert.Equal(Images, folds.SelectMany(fold => fold.TestImages).OrderBy(image => image.Name));
        Assert.All(folds, fold => Assert.InRange(fold.TestImages.Count, 2, 3));
        Assert.All(folds, fold => Assert.Equal(Images, fold.TrainImages.Concat(fold.TestImages).OrderBy(image => image.Name)));
        Assert.All(folds, fold => Assert.Equal(fold.TestImages.Select(image => image.Name), fold.TestParticles.Micrographs));
        Assert.NotEqual(folds[0].TestImages, TrainTestSplit.ByFold(Images, Particles(), 4, 0, seed: 43).TestImages);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(11, 0)]
    [InlineData(3, 3)]
    [InlineData(3, -1)]
    public void Impossible_folds_are_refused(int folds, int fold) =>
        Assert.Throws<TopazException>(() => TrainTestSplit.ByFold(Images, Particles(), folds, fold, seed: 0));

    [Fact]
    public void The_seed_decides()
    {
        Assert.Equal(TestNames(seed: 1), TestNames(seed: 1));
        Assert.True(Enumerable.Range(1, 20).Select(seed => TestNames((ulong)seed)).Distinct().Count() > 10);

        static string TestNames(ulong seed) =>
            string.Join(" ", TrainTestSplit.ByCount(Images, Particles(), 3, seed).TestImages.Select(image => image.Name));
    }

    [Theory]
    [InlineData(0.01, 1)]
    [InlineData(0.25, 3)]
    [InlineData(0.99, 9)]
    public void A_fraction_is_rounded_and_leaves_both_sides_something(double fraction, int expected) =>
        Assert.Equal(expected, TrainTestSplit.ByFraction(Images, Particles(), fraction, seed: 1).TestImages.Count);

    [Fact]
    public void Impossible_splits_are_told()
    {
        Assert.Throws<TopazException>(() => TrainTestSplit.ByCount(Images, Particles(), 0, 1));
        Assert.Throws<TopazException>(() => TrainTestSplit.ByCount(Images, Particles(), 10, 1));
        Assert.Throws<TopazException>(() => TrainTestSplit.ByFraction(Images, Particles(), 1, 1));
        Assert.Throws<TopazException>(() => TrainTestSplit.ByFraction(Images, Particles(), double.NaN, 1));
        Assert.Throws<TopazException>(() => TrainTestSplit.ByFraction(Images[..1], Particles(), 0.5, 1));
    }
}
