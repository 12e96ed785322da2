using Topaz.Compute;
using Topaz.Images;
using Topaz.Networks;
using Topaz.Networks.Onnx;
using Topaz.Tests.Compute;
using Xunit;

namespace Topaz.Tests;

/// <summary>Exported networks give our scores in ONNX Runtime.</summary>
public sealed class OnnxFileTests(OnnxRuntimeFixture onnxRuntime) : IClassFixture<OnnxRuntimeFixture>
{
    public static TheoryData<string, bool, bool> Networks
    {
        get
        {
            var networks = new TheoryData<string, bool, bool>();
            foreach (string name in ArchitectureFactory.Names)
            {
                foreach ((bool batchNorm, bool pooling) in ((bool, bool)[])[(true, false), (false, false), (true, true)])
                    networks.Add(name, batchNorm, pooling);
            }

            return networks;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Networks))]
    public void ExportedNetworks_GiveOurScores(string name, bool batchNorm, bool pooling)
    {
        Skip.IfNot(onnxRuntime.IsThere, "ONNX Runtime is not in artifacts/onnxruntime, or node is not installed");
        Architecture architecture = ArchitectureFactory.Create(
            new ArchitectureOptions { Name = name, Units = 6, BatchNorm = batchNorm, MaxPooling = pooling });
        var model = new PickerModel(architecture, RandomWeights.Create(architecture), Preprocessing.None);
        using IScorer scorer = new CpuBackend().CreateScorer(model);

        // Two sizes from one file; more pixels than the network's width, and fewer.
        foreach ((int width, int height) in ((int, int)[])[(150, 97), (40, 31)])
        {
            Micrograph image = RandomWeights.Image(width, height);
            (float[] dense, string shape) = onnxRuntime.Run(model, OnnxForm.Dense, image.Pixels, $"1,1,{height},{width}");
            Assert.Equal($"1,1,{height},{width}", shape);
            AssertNear(scorer.Score(image).Pixels, dense);
        }

        int side = architecture.Width;
        Micrograph[] crops = [RandomWeights.Image(side, side, seed: 1), RandomWeights.Image(side, side, seed: 2)];
        (float[] scores, string count) = onnxRuntime.Run(model, OnnxForm.Crop, [.. crops.SelectMany(crop => crop.Pixels)], $"2,1,{side},{side}");
        Assert.Equal("2", count);
        AssertNear([.. crops.Select(crop => scorer.Score(crop)[side / 2, side / 2])], scores);
    }

    [SkippableTheory]
    [InlineData("resnet8_u32.sav")]
    [InlineData("resnet16_u32.sav")]
    [InlineData("trained-resnet8-u32-zip.sav")]
    public void CheckpointsOfThePythonTool_ExportToo(string file)
    {
        Goldens.Require();
        Skip.IfNot(onnxRuntime.IsThere, "ONNX Runtime is not in artifacts/onnxruntime, or node is not installed");
        PickerModel model = ModelFile.Load(Path.Combine(Goldens.Shared!, "models", file));
        using IScorer scorer = new CpuBackend().CreateScorer(model);
        Micrograph image = RandomWeights.Image(120, 120);
        AssertNear(scorer.Score(image).Pixels, onnxRuntime.Run(model, OnnxForm.Dense, image.Pixels, "1,1,120,120").Scores);
    }

    private static void AssertNear(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        // Some random networks' scores hardly differ from pixel to pixel; an error must be small beside what differences there are.
        double worst = expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max(), range = expected.Max() - expected.Min();
        Assert.True(worst < 1e-3 && worst < 0.01 * range, $"largest difference {worst:g3} of scores that range over {range:g3}");
    }
}
