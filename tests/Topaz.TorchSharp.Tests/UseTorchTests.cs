using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Topaz.Compute;
using Topaz.Images;
using Topaz.MLNet;
using Topaz.Networks;
using Topaz.Tests.Compute;
using Xunit;

namespace Topaz.TorchSharp.Tests;

/// <summary><c>ml.ParticlePicking.UseTorch()</c> with the rules of GpuDeviceId and FallbackToCpu, whether the machine has a GPU or not.</summary>
[Collection(nameof(ProcessWideTests))]
public class UseTorchTests
{
    [Fact]
    public void MissingGpuIsAnErrorUnlessTheCpuIsAllowed()
    {
        var ml = new MLContext(seed: 1) { GpuDeviceId = 99, FallbackToCpu = false };
        ml.ParticlePicking.UseTorch();
        var failure = Assert.ThrowsAny<Exception>(() => Score(ml));
        while (failure.InnerException is { } inner and not ComputeDeviceException)
            failure = inner;
        Assert.IsType<InvalidOperationException>(failure);
        Assert.Contains(TorchBackend.GpuCount == 0 ? "No GPU is found" : "There is no GPU 99", failure.Message, StringComparison.Ordinal);

        var warnings = new List<string>();
        ml.FallbackToCpu = true;
        ml.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Warning)
                warnings.Add(e.RawMessage);
        };
        Assert.Equal(60 * 50, Score(ml).Pixels.Length);
        Assert.Contains("GPU 99", Assert.Single(warnings), StringComparison.Ordinal);
    }

    /// <summary>As the guide shows it: a GPU if there is one, the CPU where not.</summary>
    [Fact]
    public void GuideRunsEverywhere()
    {
        var ml = new MLContext(seed: 1) { GpuDeviceId = 0, FallbackToCpu = true };
        ml.ParticlePicking.UseTorch();
        int warnings = 0;
        ml.Log += (_, e) => warnings += e.Kind == ChannelMessageKind.Warning ? 1 : 0;
        Assert.Equal(Score(new MLContext()).Pixels, Score(ml).Pixels, (a, b) => Math.Abs(a - b) <= 0.01f);
        Assert.Equal(TorchBackend.GpuCount == 0 ? 1 : 0, warnings);
    }

    [SkippableFact]
    public void GpuIsUsedWhereItIs()
    {
        Xunit.Skip.If(TorchBackend.GpuCount == 0, "this machine has no GPU");
        var gpu = new MLContext(seed: 1) { GpuDeviceId = 0, FallbackToCpu = false };
        gpu.ParticlePicking.UseTorch(new TorchOptions { Precision = TorchPrecision.Single });
        Assert.Equal(Score(new MLContext()).Pixels, Score(gpu).Pixels, (a, b) => Math.Abs(a - b) <= 1e-4f);
    }

    private static Micrograph Score(MLContext ml)
    {
        Architecture architecture = ArchitectureFactory.Create(new ArchitectureOptions { Name = "conv31", Units = 2 });
        IDataView data = ml.Data.LoadFromEnumerable([new MicrographData { Name = "noise", Micrograph = RandomWeights.Image(60, 50) }]);
        var model = new PickerModel(architecture, RandomWeights.Create(architecture), Preprocessing.None);
        return ml.ParticlePicking.Transforms.ScoreMicrographs(model).Fit(data).Transform(data).GetColumn<Micrograph>(PickingColumns.ScoreMap).Single();
    }
}
