using System.Globalization;
using System.Text.Json.Nodes;
using Topaz.Compute;
using Topaz.Images;
using Topaz.Networks;
using Topaz.Particles;
using Topaz.Training;
using Xunit;

namespace Topaz.Tests;

/// <summary>Checkpoints of the Python tool give its scores.</summary>
public class PythonModelTests
{
    [SkippableTheory]
    [InlineData("resnet8_u32", false)]
    [InlineData("resnet16_u32", false)]
    [InlineData("trained-resnet8-u32-zip", true)]
    public void Checkpoints_GiveTheScoresOfThePythonTool(string name, bool batchNorm)
    {
        JsonNode goldens = Goldens.Require();
        string folder = Path.Combine(Goldens.Shared!, "models"), file = Path.Combine(folder, name + ".sav");
        PickerModel model = ModelFile.Load(file);
        Assert.Equal(batchNorm, model.Architecture.Options.BatchNorm);
        Assert.Equal(32, model.Architecture.Options.Units);
        Assert.Equal(Preprocessing.None, model.Preprocessing);

        float[] expected = Read(batchNorm ? Path.Combine(folder, name + ".scores.f32") : Path.Combine(Goldens.Folder!, $"pre_{name}.f32"));
        var input = new Micrograph("pre", 256, 256, Read(Path.Combine(Goldens.Folder!, "pre_in.f32")));
        using IScorer scorer = new CpuBackend().CreateScorer(model);
        float[] actual = scorer.Score(input).Pixels;
        double worst = expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max();
        Assert.True(worst < 1e-3, $"largest difference {worst:g3}");
    }

    [Theory]
    [InlineData("state-stream.sav", "plain.txt")]
    [InlineData("state-zip.sav", "plain.txt")]
    [InlineData("state-double.sav", "plain.txt")]
    [InlineData("module-stream.sav", "normed.txt")]
    [InlineData("module-zip.sav", "normed.txt")]
    public void EveryFormOfCheckpoint_HoldsTheSameWeights(string file, string text)
    {
        PickerModel model = ModelFile.Load(Fixture.Path("torch", file));

        Assert.Equal("conv31", model.Architecture.Options.Name);
        Assert.Equal(text == "normed.txt", model.Architecture.Options.BatchNorm);
        string[][] expected = [.. File.ReadLines(Fixture.Path("torch", text)).Select(line => line.Split(' '))];
        Assert.Equal(expected.Length, model.Weights.Tensors.Count);
        foreach (string[] tensor in expected)
            Assert.Equal(tensor.Skip(1).Select(number => float.Parse(number, CultureInfo.InvariantCulture)), model.Weights[tensor[0]].Data);
    }

    [SkippableFact]
    public void TrainingStartsFromACheckpoint()
    {
        Goldens.Require();
        PickerModel start = ModelFile.Load(Path.Combine(Goldens.Shared!, "models", "resnet8_u32.sav"));
        var image = new Micrograph("a", 100, 100, [.. Enumerable.Range(0, 10_000).Select(i => (float)Math.Sin(i))]);
        ParticleTable labels = new();
        labels.Add("a", new Particle(50, 50));
        var options = new TrainingOptions { Architecture = start.Architecture.Options, Pi = 0.1, MinibatchSize = 8, Epochs = 1, UpdatesPerEpoch = 2, AutoencoderWeight = 0 };

        TrainingResult result = new TrainingSession(new CpuBackend(), new TrainingData([image], labels), options, start).Run();

        Assert.True(result.Completed);
        Tensor before = start.Weights["features.features.0.conv.weight"], after = result.Model.Weights["features.features.0.conv.weight"];
        Assert.NotEqual(before.Data, after.Data);
        // Two updates at a small learning rate move weights a little.
        Assert.All(before.Data.Zip(after.Data), pair => Assert.InRange(pair.Second, pair.First - 0.01f, pair.First + 0.01f));
    }

    private static float[] Read(string path) => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path)).ToArray();
}
