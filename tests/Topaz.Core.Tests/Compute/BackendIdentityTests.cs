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

    public static TheoryData<string> Names => [.. ArchitectureFactory.Names];

    [Theory]
    [MemberData(nameof(Names))]
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
    public void TinyImagesAreScoredAmongZeros(int width, int height)
    {
        Architecture architecture = ArchitectureFactory.Create(new ArchitectureOptions { Units = 2 });
        Weights weights = RandomWeights.Create(architecture);
        Micrograph image = RandomWeights.Image(width, height);
        int border = architecture.Width / 2;
        var framed = new float[(width + 2 * border) * (height + 2 * border)];
        for (int y = 0; y < height; y++)
            image.Pixels.AsSpan(y * width, width).CopyTo(framed.AsSpan((y + border) * (width + 2 * border) + border));
        Micrograph scores = Score(architecture, weights, image);
        Micrograph expected = Score(architecture, weights, new Micrograph("framed", width + 2 * border, height + 2 * border, framed));
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                Assert.Equal(expected[x + border, y + border], scores[x, y], 1e-5f);
        }
    }

    [Fact]
    public void MisuseIsRefused()
    {
        Architecture architecture = ArchitectureFactory.Create(new ArchitectureOptions { Name = "conv31", Units = 2 });
        using INetworkTrainer trainer = Backend.CreateTrainer(
            architecture, new TrainerState(RandomWeights.Create(architecture)), [RandomWeights.Image(120, 110)], new TrainerOptions { MaxBatch = 6 });
        Assert.Throws<ArgumentException>(() => trainer.Forward([]));
        Assert.Throws<ArgumentException>(() => trainer.Forward([.. Crops, .. Crops]));
        trainer.Forward(Crops);
        Assert.Throws<ArgumentException>(() => trainer.Backward([1]));
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
