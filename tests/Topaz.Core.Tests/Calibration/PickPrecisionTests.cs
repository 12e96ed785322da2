using Topaz.Calibration;
using Topaz.Particles;
using Xunit;

namespace Topaz.Tests;

public sealed class PickPrecisionTests
{
    private const int Micrographs = 6, Picks = 2000;

    [Theory]
    [InlineData(200, 6, 50)]
    [InlineData(200, 12, 50)]
    [InlineData(40, 6, 50)]
    [InlineData(600, 4, 200)]
    [InlineData(200, 6, 1000)]
    public void FindsTheNumberFromAFewLabels(double particles, double slope, int labels)
    {
        var ratios = new List<double>();
        int covered = 0;
        for (ulong seed = 1; seed <= 15; seed++)
        {
            (LabelRanks ranks, double truth, _) = Draw(particles, slope, labels, seed);
            PickPrecision estimate = PickPrecision.Estimate(ranks);
            Assert.True(estimate.IsKnown);
            Assert.True(estimate.Low <= estimate.ParticlesPerMicrograph && estimate.ParticlesPerMicrograph <= estimate.High);
            ratios.Add(estimate.ParticlesPerMicrograph / truth);
            covered += estimate.Low < truth && truth < estimate.High ? 1 : 0;
        }

        ratios.Sort();
        Assert.InRange(ratios[7], 0.9, 1.1);
        // More than 90 % of 15 intervals, give or take chance: they allow for curves that are not those of the model, and these are.
        Assert.InRange(covered, 12, 15);
    }

    [Fact]
    public void PrecisionAndRecallAreThoseOfThePicks()
    {
        (LabelRanks ranks, double truth, bool[][] particles) = Draw(200, 6, 400, seed: 3);
        PickPrecision estimate = PickPrecision.Estimate(ranks);
        foreach (int rank in (int[])[50, 150, 200, 300])
        {
            double found = particles.Average(micrograph => micrograph.Take(rank).Count(hit => hit));
            Assert.Equal(found / rank, estimate.PrecisionAt(rank), 0.05);
            Assert.Equal(found / truth, estimate.RecallAt(rank), 0.05);
        }

        Assert.InRange(estimate.ProbabilityAt(1), 0.92, 0.99);
        // One that takes more junk for the best is thought to have found less.
        Assert.InRange(PickPrecision.Estimate(ranks, junk: 0.5).ParticlesPerMicrograph / estimate.ParticlesPerMicrograph, 0.92, 0.98);
        Assert.InRange(estimate.ProbabilityAt(2000), 0, 0.01);
        Assert.Equal(1, estimate.RecallAt(Picks), 1e-6);
    }

    [Fact]
    public void LabelsThatAreMissedLowerRecallAndRaiseTheNumber()
    {
        (LabelRanks all, double truth, _) = Draw(200, 8, 400, seed: 5);
        (LabelRanks some, _, _) = Draw(200, 8, 400, seed: 5, missed: 100);
        PickPrecision with = PickPrecision.Estimate(all), without = PickPrecision.Estimate(some);
        Assert.Equal(0.8, without.RecallAt(Picks), 1e-6);
        Assert.Equal(1.25, without.ParticlesPerMicrograph / with.ParticlesPerMicrograph, 1e-6);
        Assert.Equal(with.PrecisionAt(100), without.PrecisionAt(100), 1e-9);
        Assert.InRange(with.ParticlesPerMicrograph / truth, 0.9, 1.1);
    }

    [Fact]
    public void LabelsInNoOrderTellNothing()
    {
        var picks = new ParticleTable();
        var labels = new ParticleTable();
        var random = new RandomStream(1);
        for (int i = 0; i < Picks; i++)
        {
            picks.Add("m", new Particle(10 * i, 0, (float)random.NextDouble()));
            if (i % 40 == 0)
                labels.Add("m", new Particle(10 * i, 0));
        }

        Assert.False(PickPrecision.Estimate(LabelRanks.Of(RankedPicks.Of(picks, labels, 3))).IsKnown);
        Assert.Throws<TopazException>(() => PickPrecision.Estimate(LabelRanks.Of()));
    }

    [Fact]
    public void AveragePrecisionFromAFewLabelsIsThatOfAllParticles()
    {
        var few = new List<double>();
        for (ulong seed = 1; seed <= 9; seed++)
        {
            (LabelRanks ranks, double truth, bool[][] particles) = Draw(200, 6, 50, seed);
            PickPrecision estimate = PickPrecision.Estimate(ranks, truth);
            Assert.Equal(truth, estimate.ParticlesPerMicrograph, 0.01 * truth);
            few.Add(estimate.AveragePrecision - AveragePrecision(particles));
        }

        Assert.InRange(few.Average(), -0.02, 0.02);
        Assert.All(few, difference => Assert.InRange(difference, -0.06, 0.06));
    }

    private static double AveragePrecision(bool[][] particles)
    {
        double sum = 0;
        int hits = 0;
        for (int rank = 0; rank < Picks; rank++)
        {
            int here = particles.Count(micrograph => micrograph[rank]);
            hits += here;
            sum += here * (double)hits / ((rank + 1) * Micrographs);
        }

        return sum / hits;
    }

    /// <summary>Picks that are particles with the probability κ / (1 + (rank / x₀)^β), of which some are labelled.</summary>
    private static (LabelRanks Ranks, double Truth, bool[][] Particles) Draw(double particles, double slope, int labels, ulong seed, int missed = 0)
    {
        // ∫ κ / (1 + (x / x₀)^β) dx = κ · x₀ · (π / β) / sin(π / β)
        double ceiling = 1 - 0.2 / slope;
        double position = particles / ceiling * Math.Sin(Math.PI / slope) / (Math.PI / slope);
        var picks = new ParticleTable();
        var truth = new bool[Micrographs][];
        var hits = new List<(int Micrograph, Particle Pick)>();
        for (int micrograph = 0; micrograph < Micrographs; micrograph++)
        {
            var random = new RandomStream(seed, (uint)micrograph);
            truth[micrograph] = new bool[Picks];
            for (int rank = 0; rank < Picks; rank++)
            {
                var pick = new Particle(10 * rank, 0, -rank);
                picks.Add($"m{micrograph}", pick);
                if (random.NextDouble() < ceiling / (1 + Math.Pow((rank + 0.5) / position, slope)))
                {
                    truth[micrograph][rank] = true;
                    hits.Add((micrograph, pick));
                }
            }
        }

        var table = new ParticleTable();
        var draw = new RandomStream(seed, 99);
        foreach ((int micrograph, Particle pick) in hits.Select(hit => (hit, Key: draw.NextDouble())).ToArray().OrderBy(hit => hit.Key).Take(labels).Select(hit => hit.hit))
            table.Add($"m{micrograph}", pick);
        for (int i = 0; i < missed; i++)
            table.Add("m0", new Particle(-1000 - 10 * i, 0));
        return (LabelRanks.Of(RankedPicks.Of(picks, table, 3)), (double)hits.Count / Micrographs, truth);
    }
}
