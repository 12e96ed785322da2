using Topaz.Compute;
using Topaz.Images;
using Topaz.Networks;
using Topaz.Tests.Compute;
using Xunit;
using Tensor = TorchSharp.torch.Tensor;

namespace Topaz.TorchSharp.Tests;

/// <summary>Memory outside the heap is given back by us, not by the garbage collector some day.</summary>
[Collection(nameof(ProcessWideTests))]
public class LiveTensorTests
{
    [Fact]
    public void TrainingLeavesNoTensors()
    {
        using INetworkTrainer trainer = TorchTrainerTests.Trainer(
            new ArchitectureOptions { Name = "resnet8", Units = 2, DecoderUnits = 2, Dropout = 0.1 }, null);
        TorchTrainerTests.Step(trainer, 0);
        long before = Count();
        for (int i = 1; i <= 200; i++)
            TorchTrainerTests.Step(trainer, (ulong)i);
        Assert.Equal(before, Tensor.TotalCount);
    }

    /// <summary>After what other tests dropped is gone.</summary>
    private static long Count()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }

    [Fact]
    public void ScoringLeavesNoTensors()
    {
        Architecture architecture = ArchitectureFactory.Create(new ArchitectureOptions { Units = 2 });
        var model = new PickerModel(architecture, RandomWeights.Create(architecture), Preprocessing.None);
        using IScorer scorer = TestBackend.Create().CreateScorer(model);
        Micrograph image = RandomWeights.Image(90, 80);
        scorer.Score(image);
        long before = Count();
        for (int i = 0; i < 50; i++)
            scorer.Score(image);
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void DisposedBackendsLeaveNoTensors()
    {
        Use();
        long before = Count();
        Use();
        Assert.Equal(before, Tensor.TotalCount);

        static void Use()
        {
            using INetworkTrainer trainer = TorchTrainerTests.Trainer(new ArchitectureOptions { Name = "conv31", Units = 2 }, null);
            trainer.Forward([new Crop(0, 5, 5), new Crop(1, 9, 9)]);
            using IScorer scorer = TestBackend.Create().CreateScorer(new PickerModel(
                ArchitectureFactory.Create(new ArchitectureOptions { Name = "conv31", Units = 2 }), trainer.Capture().Weights, Preprocessing.None));
            scorer.Score(RandomWeights.Image(30, 30));
        }
    }
}

/// <summary>Tests that count live tensors or change a setting of the whole process; they run alone.</summary>
[CollectionDefinition(nameof(ProcessWideTests), DisableParallelization = true)]
public class ProcessWideTests;
