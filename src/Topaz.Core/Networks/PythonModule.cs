using Topaz.Networks.Pickle;

namespace Topaz.Networks;

/// <summary>
/// Holds what the tensors of a whole module do not show against the architecture that they suggest: strides, dilations, activations, batch
/// norm's epsilon. A module that differs would be read, and score something else than the Python tool.
/// </summary>
internal static class PythonModule
{
    private const string Decoder = "generative.";

    /// <summary>Makes sure that modules compute what the architecture says. What they do not tell is taken for granted.</summary>
    /// <param name="modules">Modules by their names, each with a dot behind it; none for a state_dict, which has no attributes.</param>
    /// <param name="architecture">What names and shapes of the tensors suggest.</param>
    /// <param name="path">What to call the file in messages.</param>
    /// <exception cref="TopazException">One computes something else.</exception>
    public static void Require(IReadOnlyDictionary<string, PickleObject> modules, Architecture architecture, string path)
    {
        // The tool leaves a module in its dense form once that has scored a whole image, and nothing depends on it.
        foreach ((Layer layer, Layer dense) in architecture.Layers.Zip(architecture.DenseLayers()))
        {
            if (!IsOf(modules, layer) && !IsOf(modules, dense))
                throw Other($"{layer.Name} has another stride or dilation");
            if (layer.Skip is { Projection: { } projection } skip && !Is(modules, projection, "stride", skip.Stride) && !Is(modules, projection, "stride", 1))
                throw Other($"{projection} has another stride");
        }

        foreach ((string name, PickleObject module) in modules.Where(module => !module.Key.StartsWith(Decoder, StringComparison.Ordinal)))
        {
            if (module.Type is { Module: "torch.nn.modules.activation", Name: not ("ReLU" or "PReLU") and var activation })
                throw Other($"{TopazException.Quoted(name.TrimEnd('.'))} is a {TopazException.Quoted(activation)}");
            if (module.Type.Module == "torch.nn.modules.batchnorm" && module.State?["eps"] is not (null or Layer.BatchNormEpsilon))
                throw Other($"{TopazException.Quoted(name.TrimEnd('.'))} has another epsilon");
        }

        TopazException Other(string what) => new(
            $"{path}: it has the tensors of a {architecture.Options.Name}, but {what} than the published network, so its scores would be others; train or choose another model.");
    }

    private static bool IsOf(IReadOnlyDictionary<string, PickleObject> modules, Layer layer) =>
        Is(modules, layer.Name, "stride", layer.Stride) && Is(modules, layer.Name, "dilation", layer.Dilation);

    /// <summary>Whether an attribute, one number or a pair for rows and columns, has a value.</summary>
    private static bool Is(IReadOnlyDictionary<string, PickleObject> modules, string module, string attribute, int value) =>
        (modules.TryGetValue(module + ".", out PickleObject? found) ? found.State?[attribute] : null) switch
        {
            null => true,
            long number => number == value,
            PickleSequence pair => pair.Items.All(side => side is long number && number == value),
            _ => false,
        };
}
