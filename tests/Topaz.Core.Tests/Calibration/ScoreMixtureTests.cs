using Topaz.Calibration;
using Xunit;

namespace Topaz.Tests;

public sealed class ScoreMixtureTests
{
    private const int Particles = 200, Others = 1500, Micrographs = 2;

    [Theory]
    [InlineData(0.75, 50)]
    [InlineData(1, 50)]
    [InlineData(1.3, 20)]
    public void CountsTheUpperModeWhateverTheScales(double guess, int labels)
    {
        RankedPicks[] networks = [Draw(1, 0, 5, labels), Draw(2, 40, 0.3, labels), Draw(3, -7, 20, labels)];
        Guess found = ScoreMixture.Count(networks, guess * Particles)!.Value;
        Assert.InRange(found.Value / Particles, 0.92, 1.08);
        Assert.InRange(found.Spread, 0.09, 0.2);

        // What labels tell is drawn there, and bounded more narrowly.
        var ranks = LabelRanks.Of(networks);
        PickPrecision without = PickPrecision.Estimate(ranks), with = PickPrecision.Estimate(ranks, count: found);
        Assert.True(Math.Abs(Math.Log(with.ParticlesPerMicrograph / found.Value)) <= Math.Abs(Math.Log(without.ParticlesPerMicrograph / found.Value)) + 0.01);
        Assert.True(with.High / with.Low < without.High / without.Low);
    }

    [Fact]
    public void LabelsThatWereNotFoundAreParticlesThatWereNotFound()
    {
        RankedPicks all = Draw(4, 0, 1, 60), some = all with { LabelCount = 80 };
        Assert.Equal(80.0 / 60, ScoreMixture.Count([some], Particles)!.Value.Value / ScoreMixture.Count([all], Particles)!.Value.Value, 1e-9);
    }

    [Theory]
    [InlineData(0.8)]
    [InlineData(1)]
    [InlineData(1.25)]
    public void ProbabilitiesFallBetweenTheModesThoughTheNumberIsWrong(double told)
    {
        float[] scores = [.. Draw(7, 100, 6, 0).Picks.Select(pick => pick.Score)];
        int particles = Micrographs * Particles;
        (double[] probabilities, double certainty) = ScoreMixture.Probabilities(scores, told * particles);
        Assert.Equal(1, certainty);
        Assert.Equal(probabilities.OrderDescending(), probabilities);
        Assert.All(probabilities.Take(particles / 2), probability => Assert.InRange(probability, 0.99, 1));
        // Where the densities of two modes cross that are four deviations apart, one with 7.5 times as many.
        Assert.InRange(scores[Array.FindIndex(probabilities, probability => probability < 0.5)], 100 + 6 * 2.1, 100 + 6 * 2.9);
        Assert.InRange(probabilities.Sum() / particles, Math.Sqrt(told) - 0.1, Math.Sqrt(told) + 0.1);
    }

    [Fact]
    public void OneModeTellsNothing()
    {
        Assert.Null(ScoreMixture.Count([Draw(5, 0, 1, 50, distance: 0.3)], Particles));
        // Nor do scores that are all the same, too few labels, or too few picks.
        Assert.Null(ScoreMixture.Count([new RankedPicks([.. Enumerable.Repeat((1f, true), 900)], 900, 1)], Particles));
        Assert.Null(ScoreMixture.Count([Draw(6, 0, 1, 3)], Particles));
        Assert.Null(ScoreMixture.Count([new RankedPicks([(1f, true)], 1, 1)], Particles));
        Assert.Equal(0, ScoreMixture.Probabilities([.. Draw(7, 100, 6, 0, distance: 0.3).Picks.Select(pick => pick.Score)], Micrographs * Particles).Certainty);
        Assert.Equal(0, ScoreMixture.Probabilities([1, 1, 1, 1], 2).Certainty);
        Assert.Equal(0, ScoreMixture.Probabilities([], 2).Certainty);
    }

    /// <summary>Picks with normal scores, particles' higher by a distance, of which some are labelled.</summary>
    private static RankedPicks Draw(ulong seed, double zero, double unit, int labels, double distance = 4)
    {
        var random = new RandomStream(seed);
        var picks = new List<(float Score, bool IsLabel)>();
        for (int i = 0; i < Micrographs * (Particles + Others); i++)
            picks.Add(((float)(zero + unit * (random.NextGaussian() + (i < Micrographs * Particles ? distance : 0))), i < labels));
        return new RankedPicks([.. picks.OrderByDescending(pick => pick.Score)], labels, Micrographs);
    }
}
