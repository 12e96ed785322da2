using Topaz.Networks;

namespace Topaz.Compute;

/// <summary>
/// All numbers of a network in one array, in the engine's order, so that gradients, Adam's moments and the sum over chunks
/// are plain loops: first the parameters of the features and the classifier, then the decoder's, then the running
/// statistics, which no gradient reaches.
/// </summary>
internal sealed unsafe class ParameterBuffer
{
    private readonly Dictionary<string, Section> _sections = [];

    public ParameterBuffer(Architecture architecture)
    {
        foreach (Layer layer in architecture.Layers)
            AddParameters(layer);
        FeatureLength = TrainedLength;
        foreach (Layer layer in architecture.Decoder)
            AddParameters(layer);
        Length = TrainedLength;
        foreach (Layer layer in architecture.Layers.Concat(architecture.Decoder))
        {
            if (layer.BatchNorm is { } norm)
            {
                Length += AddSection($"{norm}.running_mean", Length, View.Padded(layer.Out));
                Length += AddSection($"{norm}.running_var", Length, View.Padded(layer.Out));
            }
        }
    }

    /// <summary>Floats of the features' and the classifier's parameters, those that L2 acts on.</summary>
    public long FeatureLength { get; }

    /// <summary>Floats of all parameters.</summary>
    public long TrainedLength { get; private set; }

    /// <summary>Floats of parameters and running statistics.</summary>
    public long Length { get; }

    /// <summary>Where a tensor starts.</summary>
    public long this[string name] => _sections[name].Start;

    /// <summary>Whether the tensor is a parameter, rather than a running statistic.</summary>
    public bool IsTrained(string name) => _sections[name].Start < TrainedLength;

    /// <summary>Copies stored tensors into a buffer of this layout.</summary>
    public void Import(Weights weights, float* target)
    {
        foreach (Tensor tensor in weights.Tensors)
        {
            if (!_sections.TryGetValue(tensor.Name, out Section? section))
                continue;
            float* start = target + section.Start;
            if (section.Kernel == 0)
                tensor.Data.CopyTo(new Span<float>(start, tensor.Data.Length));
            else
                WeightLayout.Import(tensor.Data, section.Kernel, section.In, section.Out, section.Transposed, start);
        }
    }

    /// <summary>Copies a buffer of this layout into tensors with the names and shapes of <paramref name="template"/>.</summary>
    /// <param name="source">The buffer.</param>
    /// <param name="template">Names and shapes.</param>
    /// <param name="trainedOnly">Whether running statistics are left out.</param>
    public Weights Export(float* source, Weights template, bool trainedOnly)
    {
        var weights = new Weights();
        foreach (Tensor tensor in template.Tensors)
        {
            if (!_sections.TryGetValue(tensor.Name, out Section? section) || (trainedOnly && !IsTrained(tensor.Name)))
                continue;
            var data = new float[tensor.Data.Length];
            float* start = source + section.Start;
            if (section.Kernel == 0)
                new Span<float>(start, data.Length).CopyTo(data);
            else
                WeightLayout.Export(start, section.Kernel, section.In, section.Out, section.Transposed, data);
            weights.Add(tensor with { Data = data });
        }

        return weights;
    }

    private void AddParameters(Layer layer)
    {
        int channels = View.Padded(layer.Out);
        if (layer.Kind != LayerKind.MaxPool)
            AddKernel($"{layer.Name}.weight", layer.Kernel, layer, layer.Kind == LayerKind.TransposedConvolution);
        if (layer.Bias)
            TrainedLength += AddSection($"{layer.Name}.bias", TrainedLength, channels);
        if (layer.Skip?.Projection is { } projection)
            AddKernel($"{projection}.weight", 1, layer, transposed: false);
        if (layer.BatchNorm is { } norm)
        {
            TrainedLength += AddSection($"{norm}.weight", TrainedLength, channels);
            TrainedLength += AddSection($"{norm}.bias", TrainedLength, channels);
        }

        if (layer.Slope is { } slope)
            TrainedLength += AddSection($"{slope}.weight", TrainedLength, View.Padded(1));
    }

    private void AddKernel(string name, int kernel, Layer layer, bool transposed)
    {
        int size = WeightLayout.Size(kernel, layer.In, layer.Out);
        _sections.Add(name, new Section(TrainedLength, kernel, layer.In, layer.Out, transposed));
        TrainedLength += size;
    }

    private int AddSection(string name, long start, int size)
    {
        _sections.Add(name, new Section(start, 0, 0, 0, false));
        return size;
    }

    private sealed record Section(long Start, int Kernel, int In, int Out, bool Transposed);
}
