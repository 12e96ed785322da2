namespace Topaz.Networks;

/// <summary>
/// A network described as data: the layers from the normalised image to one log-odds score, and optionally a decoder that
/// reconstructs the centre of the crop. The same description drives every backend, the receptive-field arithmetic, the
/// dense form and the model file.
/// </summary>
/// <param name="Options">The choices it was built from; they are all that the model file stores.</param>
/// <param name="Layers">Feature layers and, last, the 1×1 classifier.</param>
/// <param name="Decoder">Layers from the features of a crop to its reconstruction; empty without autoencoder.</param>
public sealed record Architecture(
    ArchitectureOptions Options, IReadOnlyList<Layer> Layers, IReadOnlyList<Layer> Decoder)
{
    /// <summary>Side of the square crop, in pixels, that gives exactly one score: the receptive field. Odd.</summary>
    public int Width
    {
        get
        {
            int width = 1;
            foreach (Layer layer in Layers.Reverse())
                width = (width - 1) * layer.Stride + (layer.Kernel - 1) * layer.Dilation + 1;
            return width;
        }
    }

    /// <summary>Side of the square reconstruction, in pixels; 0 without autoencoder.</summary>
    public int DecoderWidth => Decoder.Count == 0 ? 0 : Decoder.Aggregate(1, (width, layer) => layer.OutputWidth(width));

    /// <summary>The same network without its autoencoder, as it is released and used for picking.</summary>
    public Architecture WithoutDecoder() => this with { Options = Options with { DecoderUnits = 0 }, Decoder = [] };

    /// <summary>
    /// The dense ("filled") form of <see cref="Layers"/>: walking the layers with the product s of the strides so far, each
    /// dilation is multiplied by s and each stride becomes 1. On an image padded by <c>Width / 2</c> zeros it gives, at every
    /// pixel, exactly the score of the crop centred there.
    /// </summary>
    public IReadOnlyList<Layer> DenseLayers()
    {
        var dense = new List<Layer>(Layers.Count);
        int stride = 1, previousStride = 1;
        foreach (Layer layer in Layers)
        {
            dense.Add(layer with
            {
                Dilation = layer.Dilation * stride,
                Stride = 1,
                // The skip reads what the layer before this one read, hence that layer's stride product.
                Skip = layer.Skip is { } skip ? skip with { Border = skip.Border * previousStride, Stride = 1 } : null,
            });
            previousStride = stride;
            stride *= layer.Stride;
        }

        return dense;
    }
}

/// <summary>The choices that define an architecture.</summary>
public sealed record ArchitectureOptions
{
    /// <summary>One of <see cref="ArchitectureFactory.Names"/>.</summary>
    public string Name { get; init; } = "resnet8";

    /// <summary>Channels of the first layer; later layers have 2 and 4 times as many (conv models double in every layer).</summary>
    public int Units { get; init; } = 32;

    /// <summary>Whether layers are followed by batch norm.</summary>
    public bool BatchNorm { get; init; } = true;

    /// <summary>Dropout probability after each activation; 0 for none.</summary>
    public double Dropout { get; init; }

    /// <summary>Whether strided convolutions are replaced by unstrided ones followed by 3×3 max pooling with that stride.</summary>
    public bool MaxPooling { get; init; }

    /// <summary>Channels g of the decoder's last hidden layer; 0 for no autoencoder.</summary>
    public int DecoderUnits { get; init; }
}
