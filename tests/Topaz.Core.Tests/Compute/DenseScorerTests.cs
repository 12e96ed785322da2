using System.Text.Json.Nodes;
using Topaz.Compute;
using Topaz.Images;
using Topaz.Networks;
using Xunit;

namespace Topaz.Tests.Compute;

public class DenseScorerTests
{
    public static TheoryData<SimdLevel> Levels { get; } = [.. Enum.GetValues<SimdLevel>().Where(level => level <= Kernels.Best)];

    [SkippableTheory]
    [MemberData(nameof(Levels))]
    public void ScoresAreTheReferences(SimdLevel level)
    {
        JsonNode network = Goldens.Require()["network"]!;
        int[] shape = Goldens.Shape(network["image160"]!);
        var image = new Micrograph("golden", shape[1], shape[0], Goldens.Floats(network["image160"]!));
        foreach (JsonNode? model in network["models"]!.AsArray())
        {
            float[] expected = Goldens.Floats(model!["dense"]!);
            Micrograph scores = Score(GoldenWeights.Architecture(model), GoldenWeights.Read(model["weights"]!), image, level);
            AssertClose(expected, scores.Pixels, 1e-4f);

            // The reference scored the crop in double precision, too.
            double[] crop = Goldens.Numbers(model["crop_scores_f64"]!);
            double[] centre = Goldens.Numbers(model["crop_center_xy"]!);
            Assert.Equal(crop[0], scores[(int)centre[0], (int)centre[1]], 1e-5);
        }
    }

    public static TheoryData<string, bool, bool> Architectures()
    {
        var data = new TheoryData<string, bool, bool>();
        foreach (string name in ArchitectureFactory.Names)
        {
            data.Add(name, true, false);
            data.Add(name, false, false);
            data.Add(name, true, true);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void DenseScoreIsTheScoreOfTheCropThere(string name, bool batchNorm, bool pooling)
    {
        Architecture architecture = ArchitectureFactory.Create(
            new ArchitectureOptions { Name = name, Units = 3, BatchNorm = batchNorm, MaxPooling = pooling });
        Weights weights = RandomWeights.Create(architecture);
        Micrograph image = RandomWeights.Image(150, 140);
        Micrograph dense = Score(architecture, weights, image);
        int width = architecture.Width;
        foreach ((int x, int y) in new[] { (75, 70), (0, 0), (149, 139), (31, 120) })
        {
            var crop = new float[width * width];
            for (int i = 0; i < crop.Length; i++)
            {
                int column = x - width / 2 + i % width, row = y - width / 2 + i / width;
                if (column >= 0 && column < image.Width && row >= 0 && row < image.Height)
                    crop[i] = image[column, row];
            }

            Micrograph scores = Score(architecture, weights, new Micrograph("crop", width, width, crop));
            Assert.Equal(scores[width / 2, width / 2], dense[x, y], 1e-5f);
        }
    }

    [Theory]
    [InlineData("resnet8")]
    [InlineData("resnet16")]
    [InlineData("resnet6")]
    [InlineData("conv31")]
    [InlineData("conv63")]
    [InlineData("conv127")]
    public void DenseScoreIsTheStridedNetworksScore(string name)
    {
        // The trainer runs the network as it is, with strides; without batch norm its scores need no batch statistics.
        foreach (bool pooling in new[] { false, true })
        {
            Architecture architecture = ArchitectureFactory.Create(
                new ArchitectureOptions { Name = name, Units = 3, BatchNorm = false, MaxPooling = pooling });
            Weights weights = RandomWeights.Create(architecture);
            Micrograph image = RandomWeights.Image(150, 140);
            Micrograph dense = Score(architecture, weights, image);
            Crop[] crops = [new(0, 70, 75), new(0, 0, 0), new(0, 139, 149), new(0, 120, 31)];
            using INetworkTrainer trainer = new CpuBackend().CreateTrainer(
                architecture, new TrainerState(weights), [image], new TrainerOptions { MaxBatch = 4 });
            float[] scores = trainer.Forward(crops).Scores;
            for (int i = 0; i < crops.Length; i++)
                Assert.Equal(scores[i], dense[crops[i].Column, crops[i].Row], 1e-5f);
        }
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void EveryVectorWidthAgrees(SimdLevel level)
    {
        Architecture architecture = ArchitectureFactory.Create(new ArchitectureOptions { Units = 12 });
        Weights weights = RandomWeights.Create(architecture);
        Micrograph image = RandomWeights.Image(90, 85);
        // All widths fuse multiply and add and sum in the same order; they agree to the last bit.
        Assert.Equal(
            Score(architecture, weights, image, SimdLevel.Portable).Pixels, Score(architecture, weights, image, level).Pixels);
    }

    [Fact]
    public void ScoresDoNotDependOnThreadsOrTiles()
    {
        Architecture architecture = ArchitectureFactory.Create(new ArchitectureOptions { Name = "conv31", Units = 5 });
        Weights weights = RandomWeights.Create(architecture);
        Micrograph image = RandomWeights.Image(600, 270);
        float[] one = Score(architecture, weights, image, threads: 1).Pixels;
        Assert.Equal(one, Score(architecture, weights, image, threads: 2).Pixels);
        Assert.Equal(one, Score(architecture, weights, image, threads: 7).Pixels);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 500)]
    public void TinyImagesAreScored(int width, int height)
    {
        Architecture architecture = ArchitectureFactory.Create(new ArchitectureOptions { Units = 2 });
        Micrograph scores = Score(architecture, RandomWeights.Create(architecture), RandomWeights.Image(width, height));
        Assert.All(scores.Pixels, score => Assert.True(float.IsFinite(score)));
    }

    [Fact]
    public void CancellationStopsScoring()
    {
        Architecture architecture = ArchitectureFactory.Create(new ArchitectureOptions { Units = 2 });
        using IScorer scorer = new CpuBackend().CreateScorer(Model(architecture, RandomWeights.Create(architecture)));
        Assert.ThrowsAny<OperationCanceledException>(() => scorer.Score(RandomWeights.Image(300, 300), new CancellationToken(true)));
    }

    private static Micrograph Score(
        Architecture architecture, Weights weights, Micrograph image, SimdLevel? level = null, int threads = 0)
    {
        using IScorer scorer = new CpuBackend(threads, level).CreateScorer(Model(architecture, weights));
        return scorer.Score(image);
    }

    private static PickerModel Model(Architecture architecture, Weights weights) =>
        new(architecture, weights, new Preprocessing(1, Normalization.None));

    private static void AssertClose(float[] expected, float[] actual, float tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"at {i}: {actual[i]} instead of {expected[i]}");
    }
}
