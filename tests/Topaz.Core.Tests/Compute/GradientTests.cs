using Topaz.Compute;
using Topaz.Images;
using Topaz.Networks;
using Xunit;

namespace Topaz.Tests.Compute;

public class GradientTests
{
    private static readonly Crop[] Crops =
        [new(0, 60, 60), new(0, 64, 70, 0.3f), new(0, 50, 40, 1f, true), new(0, 0, 3, 2f, false, true), new(0, 90, 90), new(0, 80, 20)];

    public static TheoryData<string, bool, bool, int, double> Cases()
    {
        var data = new TheoryData<string, bool, bool, int, double>();
        foreach (string name in ArchitectureFactory.Names)
        {
            data.Add(name, true, false, 0, 0);
            data.Add(name, false, false, 0, 0);
        }

        data.Add("resnet8", true, true, 0, 0);
        data.Add("resnet8", true, false, 2, 0);
        data.Add("conv31", false, false, 3, 0);
        data.Add("resnet8", false, false, 0, 0.3);
        return data;
    }

    /// <summary>
    /// For each tensor, the slope of the loss along a random direction against its gradient. The loss is smooth in all but
    /// a few kinks of the activations, and single precision leaves about three digits of a difference.
    /// </summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void GradientIsTheSlopeOfTheLoss(string name, bool batchNorm, bool pooling, int decoder, double dropout)
    {
        Architecture architecture = ArchitectureFactory.Create(new ArchitectureOptions
        {
            Name = name,
            Units = 3,
            BatchNorm = batchNorm,
            MaxPooling = pooling,
            DecoderUnits = decoder,
            Dropout = dropout,
        });
        Weights weights = RandomWeights.Create(architecture);
        Micrograph image = RandomWeights.Image(120, 110);
        double[] pull = [1, -0.5, 0.7, 0.2, -1.3, 0.9];
        const double Gamma = 0.001;
        using var trainer = (NetworkTrainer)new CpuBackend().CreateTrainer(
            architecture, new TrainerState(weights), [image], new TrainerOptions { MaxBatch = Crops.Length });
        trainer.Forward(Crops, noise: 9);
        trainer.Backward(pull, Gamma);
        Weights gradients = trainer.CaptureGradients();
        double largest = gradients.Tensors.Max(tensor => Norm(tensor.Data));

        foreach (Tensor gradient in gradients.Tensors)
        {
            // Along the gradient itself the slope is its norm: no cancellation, so the difference is well determined.
            double norm = Norm(gradient.Data);
            if (norm < 1e-3 * largest)
                continue;
            // Long steps meet kinks and curvature, short ones rounding; a wrong gradient agrees with none.
            double longest = Math.Min(0.01 / (norm * norm), 0.01 * (1e-3 + Norm(weights[gradient.Name].Data)) / norm);
            double[] slopes = [.. new[] { 1, 0.2, 0.03, 0.01, 0.005 }.Select(part => Slope(part * longest))];
            // As far as they disagree among themselves, so far they may be from the gradient.
            double scatter = (slopes.Max() - slopes.Min()) / 2;
            Assert.True(
                slopes.Any(slope => Math.Abs(slope - norm * norm) < 0.03 * norm * norm)
                || (scatter < 0.2 * norm * norm && Math.Abs(slopes.Order().ElementAt(2) - norm * norm) < scatter),
                $"{gradient.Name}: slopes {string.Join(", ", slopes)} against {norm * norm}");

            double Slope(double step) => (Loss(step) - Loss(-step)) / (2 * step);

            double Loss(double along)
            {
                Weights moved = weights.Copy();
                for (int i = 0; i < gradient.Data.Length; i++)
                    moved[gradient.Name].Data[i] += (float)(along * gradient.Data[i]);
                using INetworkTrainer other = new CpuBackend().CreateTrainer(
                    architecture, new TrainerState(moved), [image], new TrainerOptions { MaxBatch = Crops.Length });
                BatchOutput output = other.Forward(Crops, noise: 9);
                return output.Scores.Zip(pull, (score, weight) => score * weight).Sum() + Gamma * output.ReconstructionError;
            }
        }
    }

    [SkippableTheory]
    [InlineData(SimdLevel.Vector128)]
    [InlineData(SimdLevel.Vector256)]
    [InlineData(SimdLevel.Vector512)]
    public void EveryVectorWidthTrainsAlike(SimdLevel level)
    {
        Xunit.Skip.If(level > Kernels.Best, $"this machine has no {level}");
        var options = new ArchitectureOptions { Units = 12, DecoderUnits = 3 };
        Weights portable = Train(options, SimdLevel.Portable, 1), wide = Train(options, level, 1);
        foreach (Tensor tensor in portable.Tensors)
            Assert.Equal(tensor.Data, wide[tensor.Name].Data, (a, b) => Math.Abs(a - b) <= 1e-5f * (1 + Math.Abs(a)));
    }

    [Theory]
    [InlineData("resnet8", 0)]
    [InlineData("resnet6", 2)]
    public void TrainingDoesNotDependOnThreads(string name, int decoder)
    {
        var options = new ArchitectureOptions { Name = name, Units = 5, DecoderUnits = decoder, Dropout = 0.1 };
        Weights one = Train(options, Kernels.Best, 1), three = Train(options, Kernels.Best, 3);
        foreach (Tensor tensor in one.Tensors)
            Assert.Equal(tensor.Data, three[tensor.Name].Data);
    }

    /// <summary>
    /// Many samples at once, whole groups and a rest in each chunk: without batch norm the gradient of a minibatch is the sum of its samples'.
    /// </summary>
    [Theory]
    [InlineData("resnet8", 300)]
    [InlineData("resnet8", 45)]
    [InlineData("conv31", 300)]
    public void GradientOfManyIsTheSumOfGradients(string name, int batch)
    {
        Architecture architecture = ArchitectureFactory.Create(new ArchitectureOptions { Name = name, Units = 16, BatchNorm = false });
        var state = new TrainerState(RandomWeights.Create(architecture));
        Micrograph image = RandomWeights.Image(120, 110);
        Crop[] crops = Many(batch);
        using var all = (NetworkTrainer)new CpuBackend(2).CreateTrainer(architecture, state, [image], new TrainerOptions { MaxBatch = batch });
        using var one = (NetworkTrainer)new CpuBackend(1).CreateTrainer(architecture, state, [image], new TrainerOptions { MaxBatch = 1 });
        double[] pull = [.. Enumerable.Range(0, batch).Select(i => Math.Cos(i))];
        BatchOutput output = all.Forward(crops);
        all.Backward(pull);
        var sums = new Dictionary<string, double[]>();
        for (int i = 0; i < batch; i++)
        {
            Assert.Equal(one.Forward([crops[i]]).Scores[0], output.Scores[i], 1e-5f);
            one.Backward([pull[i]]);
            foreach (Tensor tensor in one.CaptureGradients().Tensors)
            {
                double[] sum = sums.TryGetValue(tensor.Name, out double[]? known) ? known : sums[tensor.Name] = new double[tensor.Data.Length];
                for (int j = 0; j < sum.Length; j++)
                    sum[j] += tensor.Data[j];
            }
        }

        foreach (Tensor tensor in all.CaptureGradients().Tensors)
        {
            double tolerance = 1e-4 * sums[tensor.Name].Max(Math.Abs);
            Assert.Equal(sums[tensor.Name], tensor.Data.Select(value => (double)value), (a, b) => Math.Abs(a - b) <= tolerance);
        }
    }

    [Fact]
    public void TrainingOfManyDoesNotDependOnThreads()
    {
        Architecture architecture = ArchitectureFactory.Create(new ArchitectureOptions { Units = 8, Dropout = 0.1, DecoderUnits = 2 });
        Weights one = Gradients(1), three = Gradients(3);
        foreach (Tensor tensor in one.Tensors)
            Assert.Equal(tensor.Data, three[tensor.Name].Data);

        Weights Gradients(int threads)
        {
            using var trainer = (NetworkTrainer)new CpuBackend(threads).CreateTrainer(
                architecture, new TrainerState(RandomWeights.Create(architecture)), [RandomWeights.Image(120, 110)], new TrainerOptions { MaxBatch = 70 });
            trainer.Forward(Many(70), noise: 5);
            trainer.Backward([.. Enumerable.Range(0, 70).Select(i => Math.Sin(i))], 0.1);
            return trainer.CaptureGradients();
        }
    }

    private static Crop[] Many(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new Crop(0, 20 + i * 7 % 80, 10 + i * 11 % 90, 0.05f * i, i % 2 == 0, i % 3 == 0))];

    private static Weights Train(ArchitectureOptions options, SimdLevel level, int threads)
    {
        Architecture architecture = ArchitectureFactory.Create(options);
        Micrograph image = RandomWeights.Image(120, 110);
        using INetworkTrainer trainer = new CpuBackend(threads, level).CreateTrainer(
            architecture, new TrainerState(RandomWeights.Create(architecture)), [image], new TrainerOptions { MaxBatch = 6, L2 = 0.01 });
        for (int i = 0; i < 2; i++)
        {
            trainer.Forward(Crops, (ulong)i);
            trainer.Backward([0.1, 0.2, -0.1, 0.3, 0.1, -0.2], 0.01);
            trainer.Step(1e-4);
        }

        return trainer.Capture().Weights;
    }

    private static double Norm(float[] values) => Math.Sqrt(values.Sum(value => (double)value * value));
}
