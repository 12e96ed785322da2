using Topaz.Compute;
using Topaz.Images;
using Topaz.Networks;
using Xunit;

namespace Topaz.Tests.Compute;

/// <summary>What must hold of every backend, whatever the weights.</summary>
public abstract class BackendIdentityTests
{
    private static readonly Crop[] Crops =
        [new(0, 60, 60), new(0, 64, 70, 0.3f), new(0, 50, 40, 1f, true), new(0, 0, 3, 2f, false, true), new(0, 90, 90), new(0, 80, 20)];

    protected abstract IComputeBackend Backend { get; }

    /// <summary>How far the weights of two equal runs may differ.</summary>
    protected virtual float Rounding => 0;

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
            using INetworkTrainer trainer = Backend.CreateTrainer(
                architecture, new TrainerState(weights), [image], new TrainerOptions { MaxBatch = 4 });
            float[] scores = trainer.Forward(crops).Scores;
            for (int i = 0; i < crops.Length; i++)
                Assert.Equal(scores[i], dense[crops[i].Column, crops[i].Row], 1e-5f);
        }
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
        using IScorer scorer = Backend.CreateScorer(new PickerModel(architecture, RandomWeights.Create(architecture), Preprocessing.None));
        Assert.ThrowsAny<OperationCanceledException>(() => scorer.Score(RandomWeights.Image(300, 300), new CancellationToken(true)));
    }

    [Fact]
    public void CapturedStateGoesOnAsIfNeverStopped()
    {
        Architecture architecture = ArchitectureFactory.Create(new ArchitectureOptions { Name = "conv31", Units = 4, DecoderUnits = 2 });
        Micrograph image = RandomWeights.Image(120, 110);
        var start = new TrainerState(RandomWeights.Create(architecture));
        TrainerState straight = Steps(start, 4), resumed = Steps(Steps(start, 2), 2);
        Assert.Equal(straight.Steps, resumed.Steps);
        foreach (Tensor tensor in straight.Weights.Tensors)
            Assert.Equal(tensor.Data, resumed.Weights[tensor.Name].Data, (a, b) => Math.Abs(a - b) <= Rounding);

        TrainerState Steps(TrainerState state, int count)
        {
            using INetworkTrainer trainer = Backend.CreateTrainer(architecture, state, [image], new TrainerOptions { MaxBatch = 6 });
            for (int i = 0; i < count; i++)
            {
                trainer.Forward(Crops);
                trainer.Backward([0.1, 0.2, -0.1, 0.3, 0.1, -0.2], 0.01);
                trainer.Step(1e-3);
            }

            return trainer.Capture();
        }
    }

    private Micrograph Score(Architecture architecture, Weights weights, Micrograph image)
    {
        using IScorer scorer = Backend.CreateScorer(new PickerModel(architecture, weights, Preprocessing.None));
        return scorer.Score(image);
    }
}
