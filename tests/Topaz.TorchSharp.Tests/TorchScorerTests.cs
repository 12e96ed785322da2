using System.Runtime.InteropServices;
using Topaz.Compute;
using Topaz.Images;
using Topaz.Networks;
using Topaz.Tests.Compute;
using TorchSharp;
using Xunit;

namespace Topaz.TorchSharp.Tests;

[Collection(nameof(ProcessWideTests))]
public class TorchScorerTests
{
    private static readonly Micrograph Image = RandomWeights.Image(301, 210);
    private static readonly PickerModel Model = CreateModel("resnet8");

    [Theory]
    [InlineData("resnet8")]
    [InlineData("resnet16")]
    [InlineData("resnet6")]
    [InlineData("conv127")]
    public void ScoresAreThoseOfTheCpuEngineWhateverTheTiles(string name)
    {
        PickerModel model = CreateModel(name);
        using IScorer cpu = new CpuBackend().CreateScorer(model);
        Micrograph expected = cpu.Score(Image);
        foreach (int tile in new[] { 1000, 128, 77 })
        {
            using IScorer scorer = TestBackend.Create(new TorchOptions { TileSize = tile }).CreateScorer(model);
            Micrograph actual = scorer.Score(Image);
            Assert.Equal((Image.Name, Image.Width, Image.Height), (actual.Name, actual.Width, actual.Height));
            Assert.Equal(expected.Pixels, actual.Pixels, (a, b) => Math.Abs(a - b) <= 1e-4f);
        }
    }

    [Fact]
    public void WhereMemoryRunsOutTilesBecomeSmaller()
    {
        using var network = new DenseNetwork(Model, torch.CPU, torch.ScalarType.Float32);
        using var whole = new TorchScorer(TorchBackend.OnCpu(), network, 2048, network.Score);
        float[] expected = whole.Score(Image).Pixels;
        Assert.Equal(2048, whole.TileSize);
        int most = 160 * 160;
        using var small = new TorchScorer(TorchBackend.OnCpu(), network, 2048, (pixels, width, height) => pixels.Length <= most
            ? network.Score(pixels, width, height)
            : throw new NativeException("CUDA out of memory. Tried to allocate 2.00 GiB."));
        Assert.Equal(expected, small.Score(Image).Pixels, (a, b) => Math.Abs(a - b) <= 1e-5f);
        Assert.Equal(75, small.TileSize);

        most = 100;
        var error = Assert.Throws<ComputeDeviceException>(() => small.Score(Image));
        Assert.Equal(64, small.TileSize);
        Assert.StartsWith("libtorch on the CPU has too little free memory", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LostDeviceIsSaidInOneLine()
    {
        using var network = new DenseNetwork(Model, torch.CPU, torch.ScalarType.Float32);
        using var scorer = new TorchScorer(TorchBackend.OnCpu(), network, 64, (_, _, _) => throw new NativeException("CUDA error: unspecified launch failure\nCompile with TORCH_USE_CUDA_DSA"));
        var error = Assert.Throws<ComputeDeviceException>(() => scorer.Score(Image));
        Assert.Contains("(CUDA error: unspecified launch failure)", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("CUDA out of memory. Tried to allocate 2.00 GiB.", true)]
    [InlineData("cuDNN error: CUDNN_STATUS_ALLOC_FAILED", true)]
    [InlineData("GET was unable to find an engine to execute this computation", true)]
    [InlineData("CUDA error: unspecified launch failure", false)]
    public void MemoryThatRanOutIsRecognised(string message, bool expected) =>
        Assert.Equal(expected, TorchRuntime.IsOutOfMemory(new NativeException(message)));

    [Fact]
    public void ShortScoresThatAreNoNumbersAreAnError()
    {
        using var network = new DenseNetwork(Model, torch.CPU, torch.ScalarType.BFloat16);
        using var scorer = new TorchScorer(TorchBackend.OnCpu(), network, 64, (pixels, _, _) => [.. pixels.Select(_ => float.NaN)]);
        Assert.Contains("noise", Assert.Throws<TopazException>(() => scorer.Score(Image)).Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(TorchPrecision.TF32)]
    [InlineData(TorchPrecision.Half)]
    public void ShorterPrecisionOfGpusScoresNearly(TorchPrecision precision)
    {
        Xunit.Skip.If(TorchBackend.GpuCount == 0, "this machine has no GPU");
        using IScorer cpu = new CpuBackend().CreateScorer(Model), gpu = TorchBackend.OnGpu(0, new TorchOptions { Precision = precision }).CreateScorer(Model);
        Assert.Equal(cpu.Score(Image).Pixels, gpu.Score(Image).Pixels, (a, b) => Math.Abs(a - b) <= 0.02f);
    }

    /// <summary>Half precision itself is for GPUs; another short type, with fewer bits, goes the same way on a CPU.</summary>
    [Fact]
    public void ShortNumbersScoreNearly()
    {
        using var exact = new DenseNetwork(Model, torch.CPU, torch.ScalarType.Float32);
        using var rough = new DenseNetwork(Model, torch.CPU, torch.ScalarType.BFloat16);
        int length = exact.InputLength(32);
        float[] pixels = RandomWeights.Image(length, length).Pixels;
        float[] expected = exact.Score(pixels, length, length), actual = rough.Score(pixels, length, length);
        Assert.NotEqual(expected, actual);
        Assert.Equal(expected, actual, (a, b) => Math.Abs(a - b) <= 0.02f);
    }

    private static PickerModel CreateModel(string name)
    {
        var architecture = ArchitectureFactory.Create(new ArchitectureOptions { Name = name, Units = 4 });
        return new PickerModel(architecture, RandomWeights.Create(architecture), Preprocessing.None);
    }

    private sealed class NativeException(string message) : ExternalException(message);
}
