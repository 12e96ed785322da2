namespace Topaz.Networks.Onnx;

/// <summary>What an exported network takes and gives.</summary>
public enum OnnxForm
{
    /// <summary>
    /// Input <c>image</c> [batch, 1, height, width] of any size, output <c>scores</c> of the same size: the log-odds at every
    /// pixel, as the command's score maps are.
    /// </summary>
    Dense,

    /// <summary>Input <c>crops</c> [batch, 1, w, w], where w is the network's width, output <c>scores</c> [batch]: one log-odds for each crop.</summary>
    Crop,
}

/// <summary>
/// Networks as ONNX files, for ONNX Runtime and other engines. Input must be prepared as the model demands; the metadata say how, under
/// the keys that model files have.
/// </summary>
public static class OnnxFile
{
    /// <summary>Writes a model; an older file is replaced all at once.</summary>
    /// <exception cref="TopazException">The file cannot be written.</exception>
    public static void Write(string path, PickerModel model, OnnxForm form = OnnxForm.Dense)
    {
        byte[] bytes = ToBytes(model, form);
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    /// <summary>A model as the bytes of an ONNX file.</summary>
    public static byte[] ToBytes(PickerModel model, OnnxForm form = OnnxForm.Dense)
    {
        ArgumentNullException.ThrowIfNull(model);
        Architecture architecture = model.Architecture.WithoutDecoder();
        var graph = new OnnxGraph();
        int width = architecture.Width, pad = width / 2;
        bool dense = form == OnnxForm.Dense;
        graph.Integers("rows and columns", 2, 3);
        string scores = Layers(
            graph, dense ? architecture.DenseLayers() : architecture.Layers, model.Weights,
            dense ? graph.Node("Pad", ["image", graph.Integers("border", 0, 0, pad, pad, 0, 0, pad, pad)], "padded") : "crops");
        IReadOnlyDictionary<string, string> metadata = ModelFile.Metadata(model);
        if (!dense)
        {
            graph.Node("Reshape", [scores, graph.Integers("one number for each crop", -1)], "scores");
            return graph.ToModel(architecture.Options.Name, ("crops", ["batch", 1, width, width]), ("scores", ["batch"]), metadata);
        }

        graph.Node("Identity", [scores], "scores");
        object[] image = ["batch", 1, "height", "width"];
        return graph.ToModel(architecture.Options.Name, ("image", image), ("scores", image), metadata);
    }

    private static string Layers(OnnxGraph graph, IReadOnlyList<Layer> layers, Weights weights, string input)
    {
        (string before, string source) = ("", input);
        foreach (Layer layer in layers)
        {
            (string Name, int Value)[] window = [("kernel_shape", layer.Kernel), ("strides", layer.Stride), ("dilations", layer.Dilation)];
            string result = $"{layer.Name}.result";
            if (layer.Kind == LayerKind.MaxPool)
                graph.Node("MaxPool", [source], result, window);
            else
                graph.Node("Conv", [source, .. Parameters(layer.Bias ? ["weight", "bias"] : ["weight"], layer.Name)], result, window);
            if (layer.Skip is { } skip)
                result = graph.Node("Add", [result, Skip(layer, skip, before)], $"{layer.Name}.sum");
            if (layer.BatchNorm is { } norm)
            {
                result = graph.Node(
                    "BatchNormalization", [result, .. Parameters(["weight", "bias", "running_mean", "running_var"], norm)], $"{norm}.result",
                    epsilon: Layer.BatchNormEpsilon);
            }

            result = layer.Activation switch
            {
                Activation.None => result,
                Activation.ReLU => graph.Node("Relu", [result], $"{layer.Name}.active"),
                Activation.PReLU => graph.Node("PRelu", [result, .. Parameters(["weight"], layer.Slope!)], $"{layer.Name}.active"),
                _ => throw new NotSupportedException($"{layer.Activation} is not exported."),
            };
            (before, source) = (source, result);
        }

        return source;

        string Skip(Layer layer, SkipConnection skip, string from)
        {
            string name = $"{layer.Name}.skip";
            string cropped = graph.Node(
                "Slice",
                [
                    from, graph.Integers($"{name}.from", skip.Border, skip.Border), graph.Integers($"{name}.to", -skip.Border, -skip.Border),
                    "rows and columns", graph.Integers($"{name}.step", skip.Stride, skip.Stride),
                ],
                name);
            return skip.Projection is { } projection
                ? graph.Node("Conv", [cropped, .. Parameters(["weight"], projection)], $"{projection}.result", [("kernel_shape", 1)])
                : cropped;
        }

        IEnumerable<string> Parameters(IEnumerable<string> kinds, string layer) => kinds.Select(kind =>
        {
            Tensor tensor = weights[$"{layer}.{kind}"];
            graph.Weights(tensor);
            return tensor.Name;
        }).ToArray();
    }
}
