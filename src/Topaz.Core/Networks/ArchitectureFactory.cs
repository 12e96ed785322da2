namespace Topaz.Networks;

/// <summary>Builds the published architectures (Bepler et al., Nature Methods 16:1153, 2019) from their options.</summary>
public static class ArchitectureFactory
{
    /// <summary>The architectures by name.</summary>
    public static IReadOnlyList<string> Names { get; } = ["resnet8", "resnet16", "resnet6", "conv31", "conv63", "conv127"];

    /// <summary>Lists the layers of an architecture.</summary>
    /// <exception cref="TopazException">An unknown name, or an option out of range.</exception>
    public static Architecture Create(ArchitectureOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Units is < 1 or > 256)
            throw new TopazException($"The number of units must be between 1 and 256; it is {options.Units}.");
        if (options.DecoderUnits is < 0 or > 256)
            throw new TopazException($"The number of decoder units must be between 0 and 256; it is {options.DecoderUnits}.");
        if (options.Dropout is not (>= 0 and < 1))
            throw new TopazException($"Dropout must be at least 0 and less than 1; it is {options.Dropout}.");

        int u = options.Units;
        var net = new Builder(options);
        switch (options.Name)
        {
            case "resnet8":
                net.Block(1, u, kernel: 7, stride: 2);
                net.Residual(u, u, dilation: 2, stride: 1);
                net.Residual(u, 2 * u, dilation: 2, stride: 2);
                net.Residual(2 * u, 2 * u, dilation: 2, stride: 1);
                net.Block(2 * u, 4 * u, kernel: 5, stride: 1);
                break;
            case "resnet16":
                net.Block(1, u, kernel: 7, stride: 1);
                net.Residual(u, u, dilation: 1, stride: 2);
                net.Residual(u, u, dilation: 1, stride: 1);
                net.Residual(u, u, dilation: 1, stride: 1);
                net.Residual(u, u, dilation: 1, stride: 1);
                net.Residual(u, 2 * u, dilation: 1, stride: 2);
                net.Residual(2 * u, 2 * u, dilation: 1, stride: 1);
                net.Residual(2 * u, 2 * u, dilation: 1, stride: 1);
                net.Block(2 * u, 4 * u, kernel: 5, stride: 1);
                break;
            case "resnet6":
                net.Block(1, u, kernel: 5, stride: 1);
                net.MaxPool(u, stride: 2);
                net.Residual(u, 2 * u, dilation: 4, stride: 1);
                net.MaxPool(2 * u, stride: 2);
                net.Residual(2 * u, 2 * u, dilation: 2, stride: 1);
                net.Block(2 * u, 4 * u, kernel: 5, stride: 1);
                break;
            case "conv31":
                net.Plain(u, 7, 5, 5);
                break;
            case "conv63":
                net.Plain(u, 7, 5, 5, 5);
                break;
            case "conv127":
                net.Plain(u, 7, 5, 5, 5, 5);
                break;
            default:
                throw new TopazException($"There is no architecture '{options.Name}'; choose one of {string.Join(", ", Names)}.");
        }

        int latent = net.Layers[^1].Out;
        net.Layers.Add(new Layer(LayerKind.Convolution, "classifier", latent, 1, 1) { Bias = true });
        var architecture = new Architecture(options, net.Layers, []);
        return options.DecoderUnits == 0
            ? architecture
            : architecture with { Decoder = Decoder(architecture.Width, latent, options.DecoderUnits) };
    }

    /// <summary>d = ⌊log₂(width+1) − 3⌋ doublings after a first 4×4 layer; output width 8·2^d − 1.</summary>
    private static List<Layer> Decoder(int width, int latent, int units)
    {
        int doublings = (int)Math.Floor(Math.Log2(width + 1) - 3);
        var layers = new List<Layer>();
        int channels = latent;
        for (int i = 0; i <= doublings; i++)
        {
            int next = units << (doublings - i);
            layers.Add(new Layer(LayerKind.TransposedConvolution, $"generative.layers.{3 * i}", channels, next, 4)
            {
                Stride = i == 0 ? 1 : 2,
                Padding = i == 0 ? 0 : 1,
                BatchNorm = $"generative.layers.{3 * i + 1}",
                Activation = Activation.LeakyReLU,
            });
            channels = next;
        }

        layers.Add(new Layer(LayerKind.TransposedConvolution, $"generative.layers.{3 * (doublings + 1)}", channels, 1, 3)
        {
            Stride = 2,
            Padding = 1,
        });
        return layers;
    }

    /// <summary>Collects layers and numbers them as the stored weights are numbered.</summary>
    private sealed class Builder(ArchitectureOptions options)
    {
        private int _module;

        public List<Layer> Layers { get; } = [];

        /// <summary>Convolution, batch norm, ReLU.</summary>
        public void Block(int @in, int @out, int kernel, int stride)
        {
            string name = NextModule();
            Layers.Add(Convolution($"{name}.conv", @in, @out, kernel, $"{name}.bn", stride));
            Pool(@out, stride);
        }

        /// <summary>3×3 convolution, then a dilated and strided one that closes over the skip.</summary>
        public void Residual(int @in, int @out, int dilation, int stride)
        {
            string name = NextModule();
            int s = options.MaxPooling ? 1 : stride;
            Layers.Add(Convolution($"{name}.conv0", @in, @in, 3, $"{name}.bn0"));
            Layers.Add(Convolution($"{name}.conv1", @in, @out, 3, $"{name}.bn1", stride) with
            {
                Dilation = dilation,
                Skip = new SkipConnection(1 + dilation, s, @in == @out ? null : $"{name}.proj"),
            });
            Pool(@out, stride);
        }

        /// <summary>3×3 max pooling, in the architecture or in place of a stride.</summary>
        public void MaxPool(int channels, int stride) =>
            Layers.Add(new Layer(LayerKind.MaxPool, NextModule(), channels, channels, 3) { Stride = stride });

        /// <summary>Convolutions of stride 2 (the last: 1), doubling the channels, each with batch norm and PReLU.</summary>
        public void Plain(int units, params ReadOnlySpan<int> kernels)
        {
            int channels = 1;
            for (int i = 0; i < kernels.Length; i++)
            {
                int stride = i == kernels.Length - 1 ? 1 : 2;
                Layer layer = Convolution(NextModule(), channels, units, kernels[i], null, stride);
                if (options.BatchNorm)
                    layer = layer with { BatchNorm = NextModule() };
                Layers.Add(layer with { Activation = Activation.PReLU, Slope = NextModule() });
                Pool(units, stride);
                channels = units;
                units *= 2;
            }
        }

        private Layer Convolution(string name, int @in, int @out, int kernel, string? norm, int stride = 1) =>
            new(LayerKind.Convolution, name, @in, @out, kernel)
            {
                Stride = options.MaxPooling ? 1 : stride,
                Bias = !options.BatchNorm,
                BatchNorm = options.BatchNorm ? norm : null,
                Activation = Activation.ReLU,
                Dropout = options.Dropout,
            };

        private void Pool(int channels, int stride)
        {
            if (options.MaxPooling && stride > 1)
                MaxPool(channels, stride);
        }

        private string NextModule() => $"features.features.{_module++}";
    }
}
