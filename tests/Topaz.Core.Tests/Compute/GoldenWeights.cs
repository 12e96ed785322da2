using System.Text.Json.Nodes;
using Topaz.Networks;

namespace Topaz.Tests.Compute;

/// <summary>Networks whose weights the goldens hold.</summary>
internal static class GoldenWeights
{
    public static Weights Read(JsonNode entry)
    {
        float[] all = Goldens.Floats(entry);
        var weights = new Weights();
        foreach (JsonNode? tensor in entry["tensors"]!.AsArray())
        {
            int offset = (int)tensor!["offset"]!, count = (int)tensor["count"]!;
            weights.Add(new Tensor((string)tensor["name"]!, Goldens.Shape(tensor), all[offset..(offset + count)]));
        }

        return weights;
    }

    public static Architecture Architecture(JsonNode model) => ArchitectureFactory.Create(new ArchitectureOptions
    {
        Name = (string)model["model"]!,
        Units = (int)model["units"]!,
        BatchNorm = (bool)model["bn"]!,
    });
}
