using Topaz.Compute;
using Topaz.Images;
using Topaz.Networks;
using Topaz.Particles;
using Topaz.Tests.Compute;
using Topaz.Training;
using Xunit;

namespace Topaz.TorchSharp.Tests;

public class TorchTrainerTests
{
    private static readonly Crop[] Crops =
        [new(0, 60, 60), new(1, 64, 70, 0.3f), new(0, 50, 40, 1f, true), new(1, 0, 3, 2f, false, true), new(0, 90, 90), new(1, 80, 20)];

    public static TheoryData<ArchitectureOptions, double> Networks()
    {
        var data = new TheoryData<ArchitectureOptions, double>();
        foreach (string name in ArchitectureFactory.Names)
        {
            data.Add(new ArchitectureOptions { Name = name, Units = 4 }, 0);
            data.Add(new ArchitectureOptions { Name = name, Units = 4, DecoderUnits = 3 }, 0.01);
            data.Add(new ArchitectureOptions { Name = name, Units = 4, BatchNorm = false }, 0);
            data.Add(new ArchitectureOptions { Name = name, Units = 4, MaxPooling = true }, 0);
        }

        return data;
    }

    /// <summary>The same seed gives the same curve: twenty updates, all columns.</summary>
    [Theory]
    [MemberData(nameof(Networks))]
    public void TrainsLikeTheCpuEngine(ArchitectureOptions network, double autoencoder)
    {
        (TrainingData data, TrainingOptions options) = Task(network, autoencoder);
        IReadOnlyList<CurveRow> expected = new TrainingSession(new CpuBackend(), data, options).Run().Curve;
        IReadOnlyList<CurveRow> actual = new TrainingSession(TestBackend.Create(), data, options).Run().Curve;
        Assert.Equal(20, expected.Count(row => !row.IsTest));
        Assert.Equal(expected.Count, actual.Count);
        foreach ((CurveRow e, CurveRow a) in expected.Zip(actual))
        {
            Assert.Equal((e.Iteration, e.IsTest), (a.Iteration, a.IsTest));
            Close(e.Loss, a.Loss);
            Close(e.Penalty, a.Penalty);
            Close(e.ReconstructionError, a.ReconstructionError);
            Close(e.Precision, a.Precision);
            Close(e.TruePositiveRate, a.TruePositiveRate);
            Close(e.FalsePositiveRate, a.FalsePositiveRate);
            Close(e.Auprc, a.Auprc);

            void Close(float x, float y) => Assert.True(
                float.IsNaN(x) ? float.IsNaN(y) : Math.Abs(x - y) <= 1e-3 * Math.Max(1, Math.Abs(x)), $"update {e.Iteration}: {e} but {a}");
        }
    }

    [Theory]
    [InlineData("resnet8", 0)]
    [InlineData("conv63", 2)]
    public unsafe void CropsAreThoseOfTheCpuEngine(string name, long memory)
    {
        Micrograph[] micrographs = [RandomWeights.Image(120, 110), RandomWeights.Image(90, 101, seed: 6)];
        int width = ArchitectureFactory.Create(new ArchitectureOptions { Name = name }).Width;
        Crop[] crops =
        [
            .. Enumerable.Range(0, 40).Select(i => new Crop(i % 2, 100 - 2 * i, 2 * i, 0.4f * i, i % 3 == 0, i % 5 < 2)),
            new(0, 0, 0, 0.7f), new(1, 100, 89, 3), new(1, 100, 0),
        ];
        using var gatherer = new CropGatherer(micrographs, width, TorchDevice, memory == 0 ? long.MaxValue : memory);
        Assert.Equal(memory == 0, gatherer.IsResident);
        using global::TorchSharp.torch.Tensor gathered = gatherer.Gather(crops);
        float[] actual = TensorData.Floats(gathered), expected = new float[width * width];
        for (int i = 0; i < crops.Length; i++)
        {
            fixed (float* pixels = expected)
                CropReader.Read(micrographs[crops[i].Micrograph], crops[i], width, pixels);
            Assert.Equal(expected, actual.AsSpan(i * width * width, width * width).ToArray(), (a, b) => Math.Abs(a - b) <= 1e-4f);
        }
    }

    [Fact]
    public void MicrographsThatDoNotFitAreCopiedCropByCrop()
    {
        Weights resident = Train(null), streamed = Train(new TorchOptions { MicrographMemory = 1000 });
        foreach (Tensor tensor in resident.Tensors)
            Assert.Equal(tensor.Data, streamed[tensor.Name].Data, (a, b) => Math.Abs(a - b) <= 1e-4f);

        static Weights Train(TorchOptions? options)
        {
            using var trainer = (TorchTrainer)Trainer(new ArchitectureOptions { Name = "conv31", Units = 3 }, options);
            Assert.Equal(options is null, trainer.IsResident);
            Step(trainer, noise: 0);
            return trainer.Capture().Weights;
        }
    }

    /// <summary>Of a linear network, so that the mean over the draws is the score without dropout.</summary>
    [Fact]
    public void DropoutFollowsFromItsKeyAndKeepsTheMean()
    {
        float[] first = Scores(0.4, 1), again = Scores(0.4, 1), other = Scores(0.4, 2), without = Scores(0, 0);
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        double[] mean = new double[Crops.Length];
        const int Draws = 2000;
        for (uint noise = 0; noise < Draws; noise++)
        {
            float[] scores = Scores(0.4, noise);
            for (int i = 0; i < mean.Length; i++)
                mean[i] += scores[i] / Draws;
        }

        Assert.Equal(without.Select(score => (double)score), mean, (a, b) => Math.Abs(a - b) < 0.05);

        static float[] Scores(double dropout, ulong noise)
        {
            var architecture = new Architecture(
                new ArchitectureOptions(),
                [new Layer(LayerKind.Convolution, "linear", 1, 20, 3) { Bias = true, Dropout = dropout }, new Layer(LayerKind.Convolution, "classifier", 20, 1, 1) { Bias = true }],
                []);
            using INetworkTrainer trainer = TestBackend.Create().CreateTrainer(
                architecture, new TrainerState(WeightInitializer.Create(architecture, 1)), [RandomWeights.Image(120, 110), RandomWeights.Image(100, 105)], new TrainerOptions());
            return trainer.Forward(Crops, noise).Scores;
        }
    }

    [Fact]
    public void CropsOutsideAreRefused()
    {
        using INetworkTrainer trainer = Trainer(new ArchitectureOptions { Name = "conv31", Units = 2 }, null);
        Assert.Throws<InvalidOperationException>(() => trainer.Backward([1]));
        Assert.Throws<ArgumentException>(() => trainer.Forward([new Crop(0, -1, 5)]));
    }

    /// <summary>An error of libtorch's in the backward pass comes back, rather than ending the process, and leaves no gradients behind.</summary>
    [Fact]
    public void ErrorsInTheBackwardPassComeBack()
    {
        Architecture architecture = ArchitectureFactory.Create(new ArchitectureOptions { Name = "conv31", Units = 2 });
        using var network = new TrainingNetwork(architecture, new TrainerState(RandomWeights.Create(architecture)), TorchDevice);
        using global::TorchSharp.torch.Tensor crops = global::TorchSharp.torch.ones(2, 1, 31, 31).to(TorchDevice);
        using global::TorchSharp.torch.Tensor scores = network.Forward(crops, null).Scores, loss = scores.sum();
        network.Backward(loss);
        // Its graph is gone.
        Assert.ThrowsAny<System.Runtime.InteropServices.ExternalException>(() => network.Backward(loss));
    }

    [Fact]
    public void MicrographsMakeRoomForTraining()
    {
        Micrograph[] micrographs = [RandomWeights.Image(120, 110)];
        using var gatherer = new CropGatherer(micrographs, 31, TorchDevice, long.MaxValue);
        using global::TorchSharp.torch.Tensor before = gatherer.Gather(Crops[..1]);
        gatherer.Leave();
        Assert.False(gatherer.IsResident);
        using global::TorchSharp.torch.Tensor after = gatherer.Gather(Crops[..1]);
        Assert.Equal(TensorData.Floats(before), TensorData.Floats(after));
    }

    internal static global::TorchSharp.torch.Device TorchDevice =>
        TorchBackend.GpuCount > 0 ? global::TorchSharp.torch.CUDA : global::TorchSharp.torch.CPU;

    internal static INetworkTrainer Trainer(ArchitectureOptions network, TorchOptions? options)
    {
        Architecture architecture = ArchitectureFactory.Create(network);
        return TestBackend.Create(options).CreateTrainer(
            architecture, new TrainerState(RandomWeights.Create(architecture)), [RandomWeights.Image(120, 110), RandomWeights.Image(100, 105)],
            new TrainerOptions { MaxBatch = 6, L2 = 0.01 });
    }

    internal static void Step(INetworkTrainer trainer, ulong noise)
    {
        trainer.Forward(Crops, noise);
        trainer.Backward([0.1, 0.2, -0.1, 0.3, 0.1, -0.2], 0.01);
        trainer.Step(1e-3);
    }

    private static (TrainingData Data, TrainingOptions Options) Task(ArchitectureOptions network, double autoencoder)
    {
        // Noise, with bright spots where the labels are.
        Micrograph[] micrographs = [Spotted(1), Spotted(2)];
        var labels = new ParticleTable();
        foreach (Micrograph micrograph in micrographs)
            labels.Add(micrograph.Name, Spots().Select(spot => new Particle(spot.X, spot.Y)));
        var options = new TrainingOptions
        {
            Architecture = network,
            ExpectedParticles = 30,
            AutoencoderWeight = autoencoder,
            MinibatchSize = 24,
            PositiveShare = 0.25,
            LearningRate = 2e-4,
            Epochs = 2,
            UpdatesPerEpoch = 10,
            L2 = 1e-4,
            Seed = 3,
        };
        return (new TrainingData(micrographs, labels, [Spotted(4)], Labels("4")), options);

        static IEnumerable<(int X, int Y)> Spots() => Enumerable.Range(0, 12).Select(i => (20 + 30 * (i % 4), 25 + 40 * (i / 4)));

        static ParticleTable Labels(string name)
        {
            var table = new ParticleTable();
            table.Add(name, Spots().Select(spot => new Particle(spot.X, spot.Y)));
            return table;
        }

        static Micrograph Spotted(ulong seed)
        {
            float[] pixels = RandomWeights.Image(140, 130, seed).Pixels;
            foreach ((int x, int y) in Spots())
            {
                for (int i = 0; i < 81; i++)
                    pixels[(y - 4 + i / 9) * 140 + x - 4 + i % 9] += 2;
            }

            return new Micrograph($"{seed}", 140, 130, pixels);
        }
    }
}
