namespace Topaz.Networks;

/// <summary>Random weights to start training from.</summary>
public static class WeightInitializer
{
    // Keeps these draws apart from those of epochs, which count from 1.
    private const uint Stream = uint.MaxValue;

    /// <summary>
    /// Draws kernels and biases uniformly from ±1/√fan_in; batch norms start as the identity, PReLU slopes at 0.25.
    /// </summary>
    /// <param name="architecture">The network, with its decoder if it is to be trained.</param>
    /// <param name="seed">The same seed gives the same weights; each tensor has its own stream.</param>
    public static Weights Create(Architecture architecture, ulong seed)
    {
        IReadOnlyList<Parameter> parameters = ParameterLayout.Of(architecture);
        var weights = new Weights();
        for (int i = 0; i < parameters.Count; i++)
        {
            Parameter parameter = parameters[i];
            var data = new float[parameter.Length];
            switch (parameter.Role)
            {
                case ParameterRole.Weight or ParameterRole.Bias:
                    var random = new RandomStream(seed, Stream, (uint)i);
                    double bound = 1 / Math.Sqrt(parameter.FanIn);
                    for (int j = 0; j < data.Length; j++)
                        data[j] = (float)(bound * (2 * random.NextDouble() - 1));
                    break;
                case ParameterRole.Scale or ParameterRole.RunningVariance:
                    Array.Fill(data, 1);
                    break;
                case ParameterRole.Slope:
                    Array.Fill(data, 0.25f);
                    break;
            }

            weights.Add(new Tensor(parameter.Name, parameter.Shape, data));
        }

        return weights;
    }
}
