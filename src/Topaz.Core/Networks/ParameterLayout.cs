namespace Topaz.Networks;

/// <summary>What a tensor is to its network.</summary>
public enum ParameterRole
{
    /// <summary>A convolution's kernel.</summary>
    Weight,

    /// <summary>A convolution's bias.</summary>
    Bias,

    /// <summary>A batch norm's factor.</summary>
    Scale,

    /// <summary>A batch norm's summand.</summary>
    Shift,

    /// <summary>A batch norm's running mean; not trained by gradients.</summary>
    RunningMean,

    /// <summary>A batch norm's running variance; not trained by gradients.</summary>
    RunningVariance,

    /// <summary>PReLU's slope for negative values.</summary>
    Slope,
}

/// <summary>One tensor that an architecture has.</summary>
/// <param name="Name">Its name in <see cref="Weights"/>.</param>
/// <param name="Shape">Its sizes, outermost first.</param>
/// <param name="Role">What it is.</param>
/// <param name="FanIn">Inputs to one output of the convolution it belongs to (for a transposed one: out·k²); 0 elsewhere.</param>
public sealed record Parameter(string Name, IReadOnlyList<int> Shape, ParameterRole Role, int FanIn = 0)
{
    /// <summary>Number of values.</summary>
    public int Length => Shape.Aggregate(1, (product, size) => product * size);

    /// <summary>Whether gradients change it.</summary>
    public bool IsTrained => Role is not (ParameterRole.RunningMean or ParameterRole.RunningVariance);
}

/// <summary>The one place that knows which tensors an architecture has, in the order in which they are stored.</summary>
public static class ParameterLayout
{
    /// <summary>
    /// Lists the tensors: layer by layer kernel, bias, batch norm and slope; a residual block's projection stands before the
    /// block's first convolution, the decoder after the classifier.
    /// </summary>
    public static IReadOnlyList<Parameter> Of(Architecture architecture)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        var parameters = new List<Parameter>();
        IReadOnlyList<Layer> layers = architecture.Layers;
        for (int i = 0; i < layers.Count; i++)
        {
            if (i + 1 < layers.Count && layers[i + 1].Skip?.Projection is { } projection)
            {
                parameters.Add(new Parameter(
                    $"{projection}.weight", [layers[i + 1].Out, layers[i].In, 1, 1], ParameterRole.Weight, layers[i].In));
            }

            Add(parameters, layers[i]);
        }

        foreach (Layer layer in architecture.Decoder)
            Add(parameters, layer);
        return parameters;
    }

    /// <summary>Compares weights with what the architecture has.</summary>
    /// <returns>What differs, as part of a sentence; null when names and shapes agree. Order does not matter.</returns>
    public static string? Mismatch(Architecture architecture, Weights weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        IReadOnlyList<Parameter> parameters = Of(architecture);
        foreach (Parameter parameter in parameters)
        {
            if (!weights.TryGet(parameter.Name, out Tensor? tensor))
                return $"tensor '{parameter.Name}' of {architecture.Options.Name} is missing";
            if (!tensor!.Shape.SequenceEqual(parameter.Shape))
            {
                return $"tensor '{parameter.Name}' has shape [{string.Join(", ", tensor.Shape)}], "
                    + $"but {architecture.Options.Name} needs [{string.Join(", ", parameter.Shape)}]";
            }
        }

        if (weights.Tensors.Count == parameters.Count)
            return null;
        HashSet<string> known = [.. parameters.Select(parameter => parameter.Name)];
        return $"tensor '{weights.Tensors.First(tensor => !known.Contains(tensor.Name)).Name}' is not part of {architecture.Options.Name}";
    }

    /// <summary>Those of the weights that the architecture has, in its order, not copied; what is missing stays missing.</summary>
    public static Weights Select(Architecture architecture, Weights weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var selected = new Weights();
        foreach (Parameter parameter in Of(architecture))
        {
            if (weights.TryGet(parameter.Name, out Tensor? tensor))
                selected.Add(tensor!);
        }

        return selected;
    }

    private static void Add(List<Parameter> parameters, Layer layer)
    {
        if (layer.Kind == LayerKind.MaxPool)
            return;
        bool transposed = layer.Kind == LayerKind.TransposedConvolution;
        int fanIn = (transposed ? layer.Out : layer.In) * layer.Kernel * layer.Kernel;
        int[] shape = transposed
            ? [layer.In, layer.Out, layer.Kernel, layer.Kernel]
            : [layer.Out, layer.In, layer.Kernel, layer.Kernel];
        parameters.Add(new Parameter($"{layer.Name}.weight", shape, ParameterRole.Weight, fanIn));
        if (layer.Bias)
            parameters.Add(new Parameter($"{layer.Name}.bias", [layer.Out], ParameterRole.Bias, fanIn));
        if (layer.BatchNorm is { } norm)
        {
            parameters.Add(new Parameter($"{norm}.weight", [layer.Out], ParameterRole.Scale));
            parameters.Add(new Parameter($"{norm}.bias", [layer.Out], ParameterRole.Shift));
            parameters.Add(new Parameter($"{norm}.running_mean", [layer.Out], ParameterRole.RunningMean));
            parameters.Add(new Parameter($"{norm}.running_var", [layer.Out], ParameterRole.RunningVariance));
        }

        if (layer.Slope is { } slope)
            parameters.Add(new Parameter($"{slope}.weight", [1], ParameterRole.Slope));
    }
}
