using System.Buffers.Binary;
using System.Text;
using FsCheck.Xunit;
using Topaz.Images;
using Topaz.Networks;
using Xunit;

namespace Topaz.Tests;

public sealed class ModelFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("resnet8", true, 0)]
    [InlineData("resnet16", false, 0.25)]
    [InlineData("resnet6", true, 0)]
    [InlineData("conv63", true, 0.1)]
    public void RoundTripIsTheIdentity(string name, bool batchNorm, double dropout)
    {
        PickerModel model = Model(new ArchitectureOptions { Name = name, Units = 3, BatchNorm = batchNorm, Dropout = dropout });
        ModelFile.Save(_folder["model.sav"], model);
        PickerModel back = ModelFile.Load(_folder["model.sav"]);

        Assert.Equal(model.Architecture.Options, back.Architecture.Options);
        Assert.Equal(model.Preprocessing, back.Preprocessing);
        Assert.Equal(model.Training, back.Training);
        AssertSame(model.Weights, back.Weights);
        Assert.Equal(["model.sav"], _folder.Files);
    }

    [Fact]
    public void WithoutTrainingRecordThereIsNone()
    {
        ModelFile.Save(_folder["m"], Model(new ArchitectureOptions { Units = 1 }) with { Training = null });
        Assert.Null(ModelFile.Load(_folder["m"]).Training);
    }

    [Fact]
    public void DecoderStaysBehind()
    {
        PickerModel model = Model(new ArchitectureOptions { Units = 2, DecoderUnits = 2 });
        ModelFile.Save(_folder["m"], model);
        PickerModel back = ModelFile.Load(_folder["m"]);
        Assert.Equal(0, back.Architecture.Options.DecoderUnits);
        Assert.Empty(back.Architecture.Decoder);
        Assert.DoesNotContain(back.Weights.Tensors, tensor => tensor.Name.StartsWith("generative", StringComparison.Ordinal));
    }

    [Fact]
    public void LayoutIsThatOfSafetensors()
    {
        ModelFile.Save(_folder["m"], Model(new ArchitectureOptions { Name = "conv31", Units = 1 }));
        byte[] bytes = File.ReadAllBytes(_folder["m"]);
        long header = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Assert.Equal(0, header % 8);
        string json = Encoding.UTF8.GetString(bytes, 8, (int)header);
        Assert.StartsWith("{\"__metadata__\":{", json, StringComparison.Ordinal);
        Assert.Contains("\"topaz.architecture\":\"conv31\"", json, StringComparison.Ordinal);
        Assert.Contains(
            "\"features.features.0.weight\":{\"dtype\":\"F32\",\"shape\":[1,1,7,7],\"data_offsets\":[0,196]}", json, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryTruncationIsToldInOneLine()
    {
        ModelFile.Save(_folder["m"], Model(new ArchitectureOptions { Name = "conv31", Units = 1 }));
        byte[] bytes = File.ReadAllBytes(_folder["m"]);
        for (int length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(_folder["short"], bytes.AsSpan(0, length));
            AssertRefused("short");
        }
    }

    [Property(MaxTest = 300)]
    public void ADamagedByteIsRefusedOrHarmless(int position, byte value)
    {
        ModelFile.Save(_folder["m"], Model(new ArchitectureOptions { Name = "conv31", Units = 1 }));
        byte[] bytes = File.ReadAllBytes(_folder["m"]);
        // The header is where damage is interesting.
        bytes[(uint)position % (8 + BinaryPrimitives.ReadInt64LittleEndian(bytes))] = value;
        File.WriteAllBytes(_folder["damaged"], bytes);
        try
        {
            ModelFile.Load(_folder["damaged"]);
        }
        catch (TopazException failure)
        {
            Assert.DoesNotContain('\n', failure.Message);
        }
    }

    [Theory]
    [InlineData("topaz.architecture\":\"conv31\"", "topaz.architecture\":\"conv99\"", "conv99")]
    [InlineData("\"topaz.units\":\"1\"", "\"topaz.units\":\"2\"", "shape")]
    [InlineData("\"topaz.units\":\"1\"", "\"topaz.units\":\"x\"", "topaz.units")]
    [InlineData("\"topaz.units\":", "\"topaz.unitz\":", "topaz.units")]
    [InlineData("features.features.0.weight", "features.features.x.weight", "features.features.0.weight")]
    [InlineData("\"data_offsets\":[0,196]", "\"data_offsets\":[4,196]", "features.features.0.weight")]
    [InlineData("\"data_offsets\":[0,196]", "\"data_offsets\":[0,999]", "features.features.0.weight")]
    [InlineData("\"shape\":[1,1,7,7]", "\"shape\":[1,1,7,8]", "shape")]
    [InlineData("\"shape\":[1,1,7,7]", "\"shape\":[-1,1,7,", "header")]
    [InlineData("\"dtype\":\"F32\"", "\"dtype\":\"F64\"", "F64")]
    [InlineData("\"topaz.normalization\":\"mixture\"", "\"topaz.normalization\":\"mixtura\"", "mixtura")]
    public void DamageIsNamed(string from, string to, string named)
    {
        ModelFile.Save(_folder["m"], Model(new ArchitectureOptions { Name = "conv31", Units = 1 }));
        byte[] bytes = File.ReadAllBytes(_folder["m"]);
        int at = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(from));
        Assert.True(at > 0);
        Encoding.UTF8.GetBytes(to).CopyTo(bytes, at);
        File.WriteAllBytes(_folder["m"], bytes);
        Assert.Contains(named, AssertRefused("m"), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsNoModelIsRefused()
    {
        AssertRefused("missing");
        File.WriteAllBytes(_folder["huge header"], [0, 0, 0, 0, 8, 0, 0, 0, .. "{}"u8]);
        AssertRefused("huge header");
        File.WriteAllBytes(_folder["negative header"], [255, 255, 255, 255, 255, 255, 255, 255, .. "{}"u8]);
        AssertRefused("negative header");
        File.WriteAllText(_folder["text"], "image_name\tx_coord\ty_coord\n");
        AssertRefused("text");
        File.WriteAllBytes(_folder["empty header"], [2, 0, 0, 0, 0, 0, 0, 0, .. "{}"u8]);
        AssertRefused("empty header");
        Assert.Throws<TopazException>(() => ModelFile.Load(Path.GetTempPath()));
    }

    [Fact]
    public void NumbersThatAreNotFiniteAreRefused()
    {
        PickerModel model = Model(new ArchitectureOptions { Name = "conv31", Units = 1 });
        model.Weights["classifier.bias"].Data[0] = float.NaN;
        ModelFile.Save(_folder["m"], model);
        Assert.Contains("classifier.bias", AssertRefused("m"), StringComparison.Ordinal);
    }

    internal static void AssertSame(Weights expected, Weights actual)
    {
        Assert.Equal(expected.Tensors.Select(tensor => tensor.Name), actual.Tensors.Select(tensor => tensor.Name));
        foreach (Tensor tensor in expected.Tensors)
        {
            Assert.Equal(tensor.Shape, actual[tensor.Name].Shape);
            Assert.Equal(tensor.Data, actual[tensor.Name].Data);
        }
    }

    private static PickerModel Model(ArchitectureOptions options)
    {
        Architecture architecture = ArchitectureFactory.Create(options);
        return new PickerModel(
            architecture,
            WeightInitializer.Create(architecture, seed: 5),
            new Preprocessing(3.7, Normalization.Mixture),
            new TrainingRecord
            {
                Objective = "GE-binomial",
                Pi = 0.1 + 0.2,
                Radius = 3,
                Labels = 243,
                Epoch = 10,
                Updates = 10_000,
                Seed = ulong.MaxValue,
                ValidationAuprc = 1 / 3.0,
                ExpectedParticles = 217.5,
                Thresholds = new ThresholdTable([new ThresholdPoint(0.5, 0.9, 0.5, 0.8), new ThresholdPoint(-2, 0.6, 0.9, 0.1)]),
            });
    }

    private string AssertRefused(string name)
    {
        TopazException failure = Assert.Throws<TopazException>(() => ModelFile.Load(_folder[name]));
        Assert.Contains(_folder[name], failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
        return failure.Message;
    }
}
