using Topaz.Networks;
using Xunit;

namespace Topaz.Tests;

public class ArchitectureTests
{
    [Theory]
    [InlineData("resnet8", 71, 4)]
    [InlineData("resnet16", 91, 4)]
    [InlineData("resnet6", 71, 4)]
    [InlineData("conv31", 31, 4)]
    [InlineData("conv63", 63, 8)]
    [InlineData("conv127", 127, 16)]
    public void WidthAndStrideAreThePublishedOnes(string name, int width, int stride)
    {
        Architecture architecture = ArchitectureFactory.Create(new ArchitectureOptions { Name = name });
        Assert.Equal(width, architecture.Width);
        Assert.Equal(stride, architecture.Layers.Aggregate(1, (product, layer) => product * layer.Stride));
        Assert.Equal(1, architecture.Layers.Aggregate(width, (size, layer) => layer.OutputWidth(size)));
    }

    [Fact]
    public void Resnet8ShrinksAsPublished()
    {
        Architecture architecture = ArchitectureFactory.Create(new ArchitectureOptions());
        var sizes = new List<int> { 71 };
        foreach (Layer layer in architecture.Layers)
            sizes.Add(layer.OutputWidth(sizes[^1]));
        Assert.Equal([71, 33, 31, 27, 25, 11, 9, 5, 1, 1], sizes);
    }

    [Fact]
    public void DecoderEndsAtItsFormula()
    {
        Architecture architecture = ArchitectureFactory.Create(new ArchitectureOptions { DecoderUnits = 2, Units = 4 });
        Assert.Equal(63, architecture.DecoderWidth);
        Assert.Equal(16, architecture.Decoder[0].Out);
    }

    [Theory]
    [InlineData("resnet8")]
    [InlineData("resnet16")]
    [InlineData("conv63")]
    public void PoolingKeepsTheStrideAndAnOddWidth(string name)
    {
        var options = new ArchitectureOptions { Name = name, MaxPooling = true };
        Architecture pooled = ArchitectureFactory.Create(options);
        Architecture strided = ArchitectureFactory.Create(options with { MaxPooling = false });
        Assert.Equal(1, pooled.Width % 2);
        Assert.Equal(
            strided.Layers.Aggregate(1, (product, layer) => product * layer.Stride),
            pooled.Layers.Aggregate(1, (product, layer) => product * layer.Stride));
    }

    [Fact]
    public void UnknownNameSaysWhichThereAre()
    {
        var error = Assert.Throws<TopazException>(() => ArchitectureFactory.Create(new ArchitectureOptions { Name = "vgg" }));
        Assert.Contains("resnet8", error.Message, StringComparison.Ordinal);
    }
}
