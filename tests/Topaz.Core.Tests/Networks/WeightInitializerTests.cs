using System.Text.Json.Nodes;
using Topaz.Networks;
using Xunit;

namespace Topaz.Tests;

public class WeightInitializerTests
{
    [SkippableFact]
    public void TensorsAreThoseOfTheReference()
    {
        foreach (JsonNode? model in Goldens.Require()["network"]!["models"]!.AsArray())
        {
            var options = new ArchitectureOptions
            {
                Name = (string)model!["model"]!,
                Units = (int)model["units"]!,
                BatchNorm = (bool)model["bn"]!,
            };
            AssertSameTensors(model["weights"]!["tensors"]!.AsArray(), options);
        }
    }

    [SkippableFact]
    public void DecoderTensorsAreThoseOfTheReference()
    {
        JsonNode run = Goldens.Require()["adam"]!["runs"]!.AsArray().Single(node => (string)node!["name"]! == "ge_ae10")!;
        AssertSameTensors(run["initial"]!["tensors"]!.AsArray(), new ArchitectureOptions { Units = 4, DecoderUnits = 2 });
    }

    [Fact]
    public void WeightsFillTheirRangeAndNormsStartAsIdentity()
    {
        Architecture architecture = ArchitectureFactory.Create(new ArchitectureOptions { Name = "conv31", DecoderUnits = 4 });
        Weights weights = WeightInitializer.Create(architecture, seed: 7);
        foreach (Parameter parameter in ParameterLayout.Of(architecture))
        {
            float[] data = weights[parameter.Name].Data;
            switch (parameter.Role)
            {
                case ParameterRole.Weight when data.Length > 500:
                    double bound = 1 / Math.Sqrt(parameter.FanIn);
                    Assert.InRange(data.Max(), 0.97 * bound, bound);
                    Assert.InRange(data.Min(), -bound, -0.97 * bound);
                    // The mean of n uniform draws has standard deviation bound/√(3n); six of them.
                    Assert.InRange(data.Average(), -6 * bound / Math.Sqrt(3 * data.Length), 6 * bound / Math.Sqrt(3 * data.Length));
                    break;
                case ParameterRole.Scale or ParameterRole.RunningVariance:
                    Assert.All(data, value => Assert.Equal(1, value));
                    break;
                case ParameterRole.Shift or ParameterRole.RunningMean:
                    Assert.All(data, value => Assert.Equal(0, value));
                    break;
                case ParameterRole.Slope:
                    Assert.Equal([0.25f], data);
                    break;
            }
        }
    }

    [Fact]
    public void TheDecoderDoesNotChangeTheOtherDraws()
    {
        Weights without = WeightInitializer.Create(ArchitectureFactory.Create(new() { Units = 4 }), 3);
        Weights with = WeightInitializer.Create(ArchitectureFactory.Create(new() { Units = 4, DecoderUnits = 2 }), 3);
        Weights other = WeightInitializer.Create(ArchitectureFactory.Create(new() { Units = 4 }), 4);
        foreach (Tensor tensor in without.Tensors)
            Assert.Equal(tensor.Data, with[tensor.Name].Data);
        Assert.NotEqual(without["classifier.weight"].Data, other["classifier.weight"].Data);
    }

    private static void AssertSameTensors(JsonArray expected, ArchitectureOptions options)
    {
        Weights weights = WeightInitializer.Create(ArchitectureFactory.Create(options), seed: 1);
        Assert.Equal(expected.Select(node => (string)node!["name"]!), weights.Tensors.Select(tensor => tensor.Name));
        Assert.Equal(expected.Select(node => Goldens.Shape(node!)), weights.Tensors.Select(tensor => tensor.Shape.ToArray()));
    }
}
