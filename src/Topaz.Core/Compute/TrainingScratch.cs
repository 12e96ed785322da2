namespace Topaz.Compute;

/// <summary>One worker's memory for the tensors of the samples that go through a layer together.</summary>
internal sealed class TrainingScratch(TrainingLayer[] layers, int blockWidth) : IDisposable
{
    public NativeBuffer Input { get; } = new(layers.Max(reader =>
        reader.Input == 0 ? 0 : reader.Group * Size(layers[reader.Input - 1], reader.InputMargin)));

    public NativeBuffer Skip { get; } = new(layers.Max(layer => layer.Size));

    public NativeBuffer Output { get; } = new(layers.Max(layer => layer.Group * Size(layer, layer.GradientMargin)));

    /// <summary>For <see cref="Winograd"/>.</summary>
    public NativeBuffer Fast { get; } = new(layers.Max(layer => layer.ScratchSize(blockWidth)));

    /// <summary>For <see cref="PhaseKernel"/>.</summary>
    public NativeBuffer Arranged { get; } = new(layers.Max(layer => layer.ArrangedSize));

    /// <summary>Sum of the gradients of a layer's transformed weights.</summary>
    public NativeBuffer PointGradients { get; } = new(layers.Max(layer => layer.TransformedSize));

    public void Dispose()
    {
        foreach (NativeBuffer buffer in new[] { Input, Skip, Output, Fast, Arranged, PointGradients })
            buffer.Dispose();
    }

    private static long Size(TrainingLayer layer, int margin) => View.Size(layer.Width, layer.Width, layer.Channels, margin);
}
