using Topaz.Images;
using Topaz.Networks;

namespace Topaz.Tests.Compute;

/// <summary>Reproducible networks and images for identities that need no reference.</summary>
internal static class RandomWeights
{
    /// <summary>Weights in the usual range, batch norm parameters and statistics away from their trivial start.</summary>
    public static Weights Create(Architecture architecture, ulong seed = 1)
    {
        Weights weights = WeightInitializer.Create(architecture, seed);
        var random = new RandomStream(seed, 77);
        foreach (Tensor tensor in weights.Tensors)
        {
            if (tensor.Shape.Count != 1)
                continue;
            for (int i = 0; i < tensor.Data.Length; i++)
                tensor.Data[i] = (float)((tensor.Name.EndsWith("var", StringComparison.Ordinal) ? 0.5 : tensor.Data[i]) + 0.3 * random.NextDouble());
        }

        return weights;
    }

    public static Micrograph Image(int width, int height, ulong seed = 5)
    {
        var random = new RandomStream(seed, 3);
        var pixels = new float[width * height];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (float)random.NextGaussian();
        return new Micrograph("noise", width, height, pixels);
    }
}
