using Topaz.Calibration;
using Topaz.Compute;
using Topaz.Images;
using Topaz.Networks;
using Topaz.Particles;
using Topaz.Training;
using Xunit;

namespace Topaz.Tests;

public sealed class HeldOutLabelsTests
{
    private static readonly TrainingOptions Options = new()
    {
        Architecture = new ArchitectureOptions { Name = "conv31", Units = 1 },
        Objective = ObjectiveKind.PN,
        Radius = 2,
        ParticleRadius = 5,
        MinibatchSize = 32,
        LearningRate = 0.1,
        Epochs = 1,
        UpdatesPerEpoch = 60,
        AutoencoderWeight = 0,
    };

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(9)]
    public void EachLabelledMicrographIsKeptFromTrainingOnce(int folds)
    {
        TrainingData data = Data(micrographs: 5);
        var unlabelled = new Micrograph("empty", 60, 60, new float[3600]);
        IReadOnlyList<TrainingData> parts = HeldOutLabels.Folds(data with { Micrographs = [.. data.Micrographs, unlabelled] }, folds);
        Assert.Equal(Math.Min(folds, 5), parts.Count);
        Assert.Equal(
            data.Micrographs.Select(micrograph => micrograph.Name).Order(),
            parts.SelectMany(part => part.TestMicrographs!).Select(micrograph => micrograph.Name).Order());
        Assert.All(parts, part =>
        {
            Assert.Empty(part.Micrographs.Intersect(part.TestMicrographs!));
            Assert.Equal(5, part.Micrographs.Count + part.TestMicrographs!.Count);
            Assert.Equal(data.Particles.Count, part.Particles.Count + part.TestParticles!.Count);
        });
    }

    [Fact]
    public void ASingleMicrographIsCutIntoHalves()
    {
        TrainingData data = Data(micrographs: 1);
        IReadOnlyList<TrainingData> parts = HeldOutLabels.Folds(data, 3);
        Assert.Equal(2, parts.Count);
        Micrograph whole = data.Micrographs[0], top = parts[0].TestMicrographs![0], bottom = parts[1].TestMicrographs![0];
        Assert.Equal(whole.Height, top.Height + bottom.Height);
        Assert.Equal(whole.Pixels, top.Pixels.Concat(bottom.Pixels));
        Particle[] back = [.. parts[0].TestParticles![top.Name], .. parts[1].TestParticles![bottom.Name].Select(particle => particle with { Y = particle.Y + top.Height })];
        Assert.Equal(data.Particles[whole.Name].OrderBy(particle => particle.Y).ThenBy(particle => particle.X), back.OrderBy(particle => particle.Y).ThenBy(particle => particle.X));
        Assert.InRange(parts[0].TestParticles!.Count, 4, 8);
    }

    [Fact]
    public void LabelsRankFirstWhereTheNetworkCanTell()
    {
        LabelRanks ranks = LabelRanks.Of(HeldOutLabels.CrossFit(new LinearBackend(), Data(micrographs: 4), 2, Options));
        Assert.Equal(48, ranks.LabelCount);
        Assert.Equal(4, ranks.MicrographCount);
        // Twelve bright discs on each, all labelled.
        Assert.True(ranks.Found.Count(rank => rank < 12) >= 44, ranks.ToString());
        Assert.Equal(ranks.ToString(), LabelRanks.Parse(ranks.ToString()).ToString());
        PickPrecision found = PickPrecision.Estimate(ranks);
        Assert.InRange(found.ParticlesPerMicrograph, 11, 14);

        var pilot = Pilot.Run(new CpuBackend(), Data(micrographs: 4), Options with { UpdatesPerEpoch = 40 });
        Assert.InRange(pilot.ParticlesPerMicrograph, 10, 16);
    }

    [Fact]
    public void NumbersArePerMicrographWhereHalvesStandForIt()
    {
        TrainingData data = Data(micrographs: 1);
        Assert.Equal(2, HeldOutLabels.FoldCount(data, 3));
        LabelRanks ranks = LabelRanks.Of(HeldOutLabels.CrossFit(new LinearBackend(), data, 3, Options));
        Assert.Equal(1, ranks.MicrographCount);
        Assert.Equal(12, ranks.LabelCount);
        Assert.True(ranks.Found[^1] > 8, ranks.ToString());
        Assert.Equal(ranks.ToString(), LabelRanks.Parse(ranks.ToString()).ToString());

        // Half as many are expected on each half.
        TrainingOptions expecting = Options with { Objective = ObjectiveKind.GeBinomial, ExpectedParticles = 40 };
        var folder = Directory.CreateTempSubdirectory("topaz-halves-");
        try
        {
            HeldOutLabels.CrossFit(
                new LinearBackend(), data, 2, expecting, files: fold => new TrainingFiles { Prefix = Path.Combine(folder.FullName, $"fold{fold}") });
            double pixels = HeldOutLabels.Folds(data, 2)[0].Micrographs[0].Pixels.Length;
            double pi = ModelFile.Load(Path.Combine(folder.FullName, "fold0_epoch1.sav")).Training!.Pi;
            Assert.Equal(PositiveFraction.FromCount(20, Options.Radius, pixels), pi, 1e-6);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("1 2")]
    [InlineData("1 2 x")]
    [InlineData("1 2 3 -4")]
    [InlineData("1 2 3 NaN")]
    public void OtherTextIsNotTakenForRanks(string text) => Assert.Throws<TopazException>(() => LabelRanks.Parse(text));

    [Fact]
    public void LabelsThatCannotBeDividedAreTold()
    {
        TrainingData data = Data(micrographs: 1);
        var row = new ParticleTable();
        row.Add("m0", [new Particle(10, 20), new Particle(30, 20)]);
        Assert.Contains("cannot be divided", Assert.Throws<TopazException>(() => HeldOutLabels.Folds(data with { Particles = row }, 2)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhereEveryPickIsALabelTheNumberIsNotKnown()
    {
        var picks = new ParticleTable();
        picks.Add("m", Enumerable.Range(0, 50).Select(i => new Particle(20 * i, 0, -i)));
        PickPrecision found = PickPrecision.Estimate(LabelRanks.Of(RankedPicks.Of(picks, picks, 3)));
        Assert.False(found.IsKnown);
        Assert.InRange(found.ParticlesPerMicrograph, 40, 50);
    }

    [Fact]
    public void TooFewLabelsAreTold()
    {
        TrainingData data = Data(micrographs: 2);
        var few = new ParticleTable();
        few.Add("m0", new Particle(10, 10));
        few.Add("m1", new Particle(10, 10));
        Assert.Contains("Too few labels (2)", Assert.Throws<TopazException>(() => Pilot.Run(new LinearBackend(), data with { Particles = few }, Options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatScoresAreWorthComesTrue()
    {
        TrainingData data = Data(micrographs: 4), test = Data(micrographs: 7);
        PickerModel model = new TrainingSession(new LinearBackend(), data, Options).Run().Model;
        Micrograph[] unseen = [.. test.Micrographs.Skip(4)];
        TrainingData[] ways = [data, data with { TestMicrographs = unseen, TestParticles = test.Particles.Where(unseen.Select(micrograph => micrograph.Name)) }];
        Assert.False(ModelThresholds.HasTest(ways[0]));
        Assert.True(ModelThresholds.HasTest(ways[1]));
        foreach (TrainingData way in ways)
        {
            ThresholdPoint point = ModelThresholds.Estimate(new LinearBackend(), model, way, Options, particlesPerMicrograph: 12).Training!.Thresholds!.Suggested;
            ParticleTable picks = HeldOutLabels.Pick(new LinearBackend(), model, unseen, Options.PickRadius);
            int picked = picks.Micrographs.Sum(name => picks[name].Count(pick => pick.Score >= point.Threshold));
            Assert.InRange(picked, 30, 42);
            Assert.InRange(point.Precision, 0.8, 1);
            Assert.InRange(point.Recall, 0.8, 1);
        }

        // Without a number and without test micrographs nothing can be told.
        Assert.Null(ModelThresholds.Estimate(new LinearBackend(), model, data, Options, particlesPerMicrograph: null).Training!.Thresholds);
    }

    [Theory]
    [InlineData(3, ObjectiveKind.GeBinomial)]
    [InlineData(8, ObjectiveKind.GeBinomial)]
    [InlineData(4, ObjectiveKind.PN)]
    public void SlopesFollowFromHowScoresFall(double fall, ObjectiveKind objective)
    {
        // Scores that fall by so much for each factor e of the rank.
        var picks = new ParticleTable();
        picks.Add("m", Enumerable.Range(0, 1000).Select(i => new Particle(0, 10 * i, (float)(-fall * Math.Log((i + 0.5) / 100)))));
        var calibration = new ThresholdCalibration(picks);
        Guess slope = calibration.Slope(100, objective);
        Assert.Equal(fall * (objective == ObjectiveKind.GeBinomial ? 1.2 : 1.7), slope.Value, 0.03 * slope.Value);

        PickPrecision precision = calibration.Estimate(100, objective);
        Assert.Equal(100, precision.ParticlesPerMicrograph, 2.0);
        ThresholdTable table = calibration.Table(precision)!;
        Assert.Equal(table.Points.Select(point => point.Precision).OrderDescending(), table.Points.Select(point => point.Precision));
        Assert.Equal(table.Points.Select(point => point.Recall).Order(), table.Points.Select(point => point.Recall));
        // As many picks as particles, or nearly: there precision and recall balance.
        Assert.InRange(table.Suggested.Threshold, -0.35 * fall, 0.35 * fall);
        Assert.Null(new ThresholdCalibration(new ParticleTable()).Table(precision));
    }

    /// <summary>Noise with 12 bright discs on each micrograph, all labelled.</summary>
    private static TrainingData Data(int micrographs)
    {
        var labels = new ParticleTable();
        var images = new List<Micrograph>();
        for (int index = 0; index < micrographs; index++)
        {
            var random = new RandomStream(55, (uint)index);
            var pixels = new float[60 * 60];
            for (int i = 0; i < pixels.Length; i++)
                pixels[i] = 0.3f * (float)random.NextGaussian();
            for (int particle = 0; particle < 12; particle++)
            {
                int x = 7 + particle % 4 * 15 + random.NextInt32(3), y = 9 + particle / 4 * 19 + random.NextInt32(3);
                foreach ((int dx, int dy) in DiscOffsets.Of(2))
                    pixels[(y + dy) * 60 + x + dx] += 3;
                labels.Add($"m{index}", new Particle(x, y));
            }

            images.Add(new Micrograph($"m{index}", 60, 60, pixels));
        }

        return new TrainingData(images, labels);
    }
}
