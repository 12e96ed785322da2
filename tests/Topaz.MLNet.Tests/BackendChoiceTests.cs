using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Topaz.Compute;
using Topaz.Images;
using Topaz.Networks;
using Xunit;

namespace Topaz.MLNet.Tests;

/// <summary>GpuDeviceId and FallbackToCpu, with and without GPU support. Not beside other tests: loaded models are of the whole process.</summary>
[Collection(nameof(BackendChoiceTests))]
public sealed class BackendChoiceTests
{
    [Fact]
    public void Without_a_GPU_the_CPU_takes_over_with_a_warning()
    {
        var ml = new MLContext(seed: 5) { GpuDeviceId = 0, FallbackToCpu = true };
        var log = new LogLines(ml);
        Assert.Equal(ModelFile.ToBytes(Fit(new MLContext(seed: 5)).Model), ModelFile.ToBytes(Fit(ml).Model));
        Assert.Contains("GPU 0", Assert.Single(log.Of(ChannelMessageKind.Warning)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_GPU_that_is_there_trains_and_scores_also_in_a_loaded_model()
    {
        var ml = new MLContext(seed: 5) { GpuDeviceId = 1, FallbackToCpu = false };
        var gpus = new PretendedGpus();
        ((IGpuUser)ml.ParticlePicking).UseGpus(gpus.Open);
        IDataView data = Prepared(ml);
        MicrographScoringTransformer fitted = Fit(ml);
        // The fit ends with scores, to find out what they are worth.
        Assert.Equal([(1, "trainer"), (1, "scorer")], gpus.Made);
        Assert.Equal(TinyData.Count, fitted.Transform(data).GetColumn<Micrograph>(PickingColumns.ScoreMap).Count());
        Assert.Equal([(1, "trainer"), (1, "scorer"), (1, "scorer")], gpus.Made);

        using var zip = new MemoryStream();
        ml.Model.Save(fitted, data.Schema, zip);
        ITransformer loaded = ml.Model.Load(zip, out _);
        Assert.Equal(TinyData.Count, loaded.Transform(data).GetColumn<Micrograph>(PickingColumns.ScoreMap).Count());
        Assert.Equal([(1, "trainer"), (1, "scorer"), (1, "scorer"), (1, "scorer")], gpus.Made);

        // The context decides, also later.
        ml.GpuDeviceId = null;
        zip.Position = 0;
        Assert.Equal(TinyData.Count, ml.Model.Load(zip, out _).Transform(data).GetColumn<Micrograph>(PickingColumns.ScoreMap).Count());
        Assert.Equal(4, gpus.Made.Count);

        ml.GpuDeviceId = 7;
        InvalidOperationException failure = Assert.Throws<InvalidOperationException>(() => Fit(ml));
        Assert.Contains("There is no GPU 7.", failure.Message, StringComparison.Ordinal);
        ml.FallbackToCpu = true;
        var log = new LogLines(ml);
        Fit(ml);
        Assert.Contains("There is no GPU 7.", Assert.Single(log.Of(ChannelMessageKind.Warning)), StringComparison.Ordinal);
        Assert.Equal(4, gpus.Made.Count);
        ml.GpuDeviceId = null;
    }

    [Fact]
    public void Without_a_GPU_fitting_fails_where_the_CPU_is_forbidden()
    {
        InvalidOperationException failure = Assert.Throws<InvalidOperationException>(() => Fit(new MLContext(seed: 5) { GpuDeviceId = 0, FallbackToCpu = false }));
        Assert.Contains("FallbackToCpu", failure.Message, StringComparison.Ordinal);
    }

    private static MicrographScoringTransformer Fit(MLContext ml) =>
        ml.ParticlePicking.Trainers.PositiveUnlabeled(TinyData.Options()).Fit(Prepared(ml));

    private static IDataView Prepared(MLContext ml)
    {
        IDataView raw = TinyData.Load(ml);
        return ml.ParticlePicking.Transforms.Preprocess(2, Normalization.Affine).Fit(raw).Transform(raw);
    }

    /// <summary>Two GPUs, which are the CPU, and what was made on them.</summary>
    private sealed class PretendedGpus
    {
        public List<(int Gpu, string What)> Made { get; } = [];

        public IComputeBackend Open(int gpu) =>
            gpu < 2 ? new Backend(gpu, Made) : throw new ComputeDeviceException($"There is no GPU {gpu}.");

        private sealed class Backend(int gpu, List<(int Gpu, string What)> made) : IComputeBackend
        {
            private readonly CpuBackend _cpu = new();

            public IScorer CreateScorer(PickerModel model)
            {
                made.Add((gpu, "scorer"));
                return _cpu.CreateScorer(model);
            }

            public INetworkTrainer CreateTrainer(
                Architecture architecture, TrainerState start, IReadOnlyList<Micrograph> micrographs, TrainerOptions options)
            {
                made.Add((gpu, "trainer"));
                return _cpu.CreateTrainer(architecture, start, micrographs, options);
            }
        }
    }
}

[CollectionDefinition(nameof(BackendChoiceTests), DisableParallelization = true)]
public sealed class BackendChoiceTestsCollection;
