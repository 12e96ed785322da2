using System.Globalization;
using Topaz.Images;
using Topaz.Networks;
using Topaz.Tests.Compute;
using Xunit;

namespace Topaz.Tests;

public sealed class StateDictFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("resnet8", true)]
    [InlineData("resnet16", false)]
    [InlineData("conv31", true)]
    public void WhatIsWritten_IsReadBack(string name, bool batchNorm)
    {
        PickerModel model = Model(name, batchNorm);
        StateDictFile.Write(_folder["model.pt"], model);

        PickerModel back = ModelFile.Load(_folder["model.pt"]);

        Assert.Equal(model.Architecture.Options, back.Architecture.Options);
        Assert.All(model.Weights.Tensors.Zip(back.Weights.Tensors), pair => Assert.Equal(pair.First.Data, pair.Second.Data));
        Assert.Equal(StateDictFile.ToBytes(model), File.ReadAllBytes(_folder["model.pt"]));
    }

    [SkippableTheory]
    [InlineData("resnet8", true)]
    [InlineData("conv63", false)]
    public void PyTorch_LoadsIt(string name, bool batchNorm)
    {
        PickerModel model = Model(name, batchNorm);
        StateDictFile.Write(_folder["model.pt"], model);

        string[] lines = PythonProcess.Run("torch", """
            state = torch.load(sys.argv[1], weights_only=True)
            for name, value in state.items():
                print(name, str(value.dtype), 'x'.join(map(str, value.shape)), *('%.9g' % x for x in value.flatten().tolist()))
            """, _folder["model.pt"]).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        string[][] state = [.. lines.Select(line => line.Split(' '))];
        Assert.Equal(batchNorm ? model.Weights.Tensors.Count(tensor => tensor.Name.EndsWith("running_var", StringComparison.Ordinal)) : 0,
            state.Count(tensor => tensor[0].EndsWith("num_batches_tracked", StringComparison.Ordinal) && tensor[1] == "torch.int64" && tensor[2].Length == 0));
        string[][] weights = [.. state.Where(tensor => !tensor[0].EndsWith("num_batches_tracked", StringComparison.Ordinal))];
        Assert.Equal(model.Weights.Tensors.Select(tensor => tensor.Name), weights.Select(tensor => tensor[0]));
        foreach ((Tensor tensor, string[] loaded) in model.Weights.Tensors.Zip(weights))
        {
            Assert.Equal("torch.float32", loaded[1]);
            Assert.Equal(string.Join('x', tensor.Shape), loaded[2]);
            Assert.Equal(tensor.Data, loaded.Skip(3).Select(number => float.Parse(number, CultureInfo.InvariantCulture)));
        }
    }

    private static PickerModel Model(string name, bool batchNorm)
    {
        Architecture architecture = ArchitectureFactory.Create(new ArchitectureOptions { Name = name, Units = 3, BatchNorm = batchNorm });
        return new PickerModel(architecture, RandomWeights.Create(architecture), Preprocessing.None);
    }
}
