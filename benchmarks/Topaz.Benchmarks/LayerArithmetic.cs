using System.Diagnostics;
using Topaz.Compute;
using Topaz.Networks;

namespace Topaz.Benchmarks;

/// <summary>
/// What each layer has to compute and to move, derived from the architecture, and how near its products come to the peak of a core. A
/// multiplication with its addition counts as two; bytes are those of a layer that reads its inputs and writes its output once.
/// </summary>
internal static unsafe class LayerArithmetic
{
    /// <summary>Width of a tile of <see cref="DenseScorer"/>, and crops in a minibatch.</summary>
    private const int TileWidth = 256, Batch = 256;

    private const double Giga = 1e9, Mega = 1e6;

    /// <summary>Scoring an image of that width, layer by layer, and one tile of it timed on one thread.</summary>
    public static void PrintScoring(string name, int units, int width, SimdLevel level)
    {
        Architecture architecture = ArchitectureFactory.Create(new ArchitectureOptions { Name = name, Units = units });
        IReadOnlyList<Layer> layers = architecture.DenseLayers();
        double peak = KernelShare.Peak(level);
        Console.WriteLine();
        Console.WriteLine(FormattableString.Invariant($"score {width}², {name} u{units}, by layer; the last columns: a tile of {TileWidth}² on one thread, its share of {peak:F0} GFLOP/s ({level})"));
        Console.WriteLine("    kernel dilation   in  out    GFLOP direct     fast         MB     tile: ms  GFLOP/s   share");
        double[] milliseconds = TimeTile(architecture, level);
        double direct = 0, fast = 0, bytes = 0, tileFlop = 0;
        int outWidth = width + architecture.Width - 1, tileOut = TileWidth + architecture.Width - 1;
        for (int i = 0; i < layers.Count; i++)
        {
            Layer layer = layers[i];
            int inWidth = outWidth, shrink = (layer.Kernel - 1) * layer.Dilation;
            outWidth -= shrink;
            tileOut -= shrink;
            Winograd? form = Winograd.ForScoring(layer.Kernel);
            double layerDirect = Direct(layer, Square(outWidth)), layerFast = Fast(layer, outWidth, form), flop = Fast(layer, tileOut, form);
            double moved = 4.0 * (Square(inWidth) * layer.In + Square(outWidth) * (layer.Out + (layer.Skip is null ? 0 : layer.In)));
            string timed = "with the layer before";
            if (i < milliseconds.Length)
            {
                double rate = flop / milliseconds[i] / 1e6;
                timed = FormattableString.Invariant($"{milliseconds[i]:F2} {rate,8:F1} {rate / peak,7:P0}");
            }

            Console.WriteLine(FormattableString.Invariant(
                $"    {layer.Kernel}x{layer.Kernel} {layer.Dilation,8} {layer.In,7} {layer.Out,4} {layerDirect / Giga,15:F2} {layerFast / Giga,8:F2} {moved / Mega,10:F0} {timed,29}"));
            (direct, fast, bytes, tileFlop) = (direct + layerDirect, fast + layerFast, bytes + moved, tileFlop + flop);
        }

        double all = tileFlop / milliseconds.Sum() / 1e6;
        Console.WriteLine(FormattableString.Invariant(
            $"    sum {"",22} {direct / Giga,12:F2} {fast / Giga,8:F2} {bytes / Mega,10:F0} {milliseconds.Sum(),12:F2} {all,8:F1} {all / peak,7:P0}"));
    }

    /// <summary>A training step, layer by layer: forward, gradient of the input (not of the crops), gradient of the weights.</summary>
    public static void PrintStep(string name, int units, int decoderUnits)
    {
        Architecture architecture = ArchitectureFactory.Create(new ArchitectureOptions { Name = name, Units = units, DecoderUnits = decoderUnits });
        Console.WriteLine();
        Console.WriteLine($"training step of {Batch} crops of {architecture.Width}², {name} u{units}{(decoderUnits > 0 ? $", decoder of {decoderUnits}" : "")}, by layer; fast: where Winograd applies");
        Console.WriteLine("    kernel stride dilation   in  out  width    GFLOP forward    to input  to weights      all     fast         MB");
        int width = architecture.Width;
        double direct = 0, fast = 0, bytes = 0;
        bool first = true;
        var parameters = new ParameterBuffer(architecture);
        foreach (Layer layer in architecture.Layers.Concat(architecture.Decoder))
        {
            bool transposed = layer.Kind == LayerKind.TransposedConvolution;
            int inWidth = width;
            // The decoder starts from the features, a single pixel, as the classifier does.
            width = layer.OutputWidth(inWidth);
            double forward = Batch * Direct(layer, Square(transposed ? inWidth : width)), toInput = first ? 0 : forward, all = 2 * forward + toInput;
            // The gradients' maps are the transposes of the forward one: as many products.
            using var trained = new TrainingLayer(layer, index: 0, input: 0, skipInput: -1, inWidth, parameters);
            double layerFast = trained.Fast is null ? all : Batch * (first ? 2 : 3) * Fast(trained);
            // Forward reads and writes; each gradient reads two and writes one.
            double moved = 4.0 * Batch * (Square(inWidth) * layer.In + Square(width) * layer.Out) * 3;
            Console.WriteLine(FormattableString.Invariant(
                $"    {layer.Kernel}x{layer.Kernel} {layer.Stride,7} {layer.Dilation,8} {layer.In,7} {layer.Out,4} {width,6} {forward / Giga,15:F2} {toInput / Giga,11:F2} {forward / Giga,11:F2} {all / Giga,8:F2} {layerFast / Giga,8:F2} {moved / Mega,10:F0}"));
            (direct, fast, bytes, first) = (direct + all, fast + layerFast, bytes + moved, false);
        }

        Console.WriteLine(FormattableString.Invariant($"    sum {"",73} {direct / Giga,8:F2} {fast / Giga,8:F2} {bytes / Mega,10:F0}"));
    }

    private static double Square(int width) => (double)width * width;

    private static double Direct(Layer layer, double pixels) =>
        2.0 * layer.In * layer.Out * pixels * (layer.Kernel * layer.Kernel + (layer.Skip?.Projection is null ? 0 : 1));

    /// <summary>The products that are left by <see cref="Winograd"/>, of whole tiles; its transforms are not counted.</summary>
    private static double Fast(Layer layer, int width, Winograd? form)
    {
        if (layer.Kind != LayerKind.Convolution || layer.In == 1 || form is null)
            return Direct(layer, Square(width));
        int spacing = layer.Dilation / layer.Stride, group = form.Outputs * spacing, across = (width + group - 1) / group * spacing;
        double projection = layer.Skip?.Projection is null ? 0 : Square(width);
        return 2.0 * layer.In * layer.Out * (form.Points * Square(across) + projection);
    }

    /// <summary>The same in training, forward. The points at which a phase's kernel vanishes are left out.</summary>
    private static double Fast(TrainingLayer layer)
    {
        Winograd form = layer.Fast!;
        int spacing = layer.Geometry.Dilation / layer.Geometry.Stride, group = form.Outputs * spacing;
        int width = layer.IsFolded ? layer.InputWidth : layer.Width, across = (width + group - 1) / group * spacing;
        double products = 0;
        for (int point = 0; point < form.Points; point++)
        {
            for (int column = 0; column < layer.Outputs; column++)
                products += form.Vanishes(point, column, column) ? 0 : 1;
        }

        double projection = layer.ProjectionStart < 0 ? 0 : Square(layer.Width) * layer.Outputs;
        return 2.0 * layer.Layer.In * (products * Square(across) + projection);
    }

    /// <summary>Milliseconds of each layer on a tile, the best of some runs.</summary>
    private static double[] TimeTile(Architecture architecture, SimdLevel level)
    {
        const int Repetitions = 5;
        DenseLayer[] layers = DenseLayer.Chain(architecture, WeightInitializer.Create(architecture, seed: 1), Kernels.For(level));
        var milliseconds = new double[layers.Length];
        int width = TileWidth + architecture.Width - 1;
        NativeBuffer before = new(1), source = new(View.Size(width, width, 1, 0));
        View beforeView = default, sourceView = View.Packed(source.Data, width, width, 1);
        for (int i = 0; i < layers.Length; i++)
        {
            using DenseLayer layer = layers[i];
            width -= layer.Shrink;
            var target = new NativeBuffer(View.Size(width, width, layer.Channels, 0));
            using var scratch = new NativeBuffer(layer.ScratchSize);
            View targetView = View.Packed(target.Data, width, width, layer.Channels);
            milliseconds[i] = double.MaxValue;
            for (int j = 0; j <= Repetitions; j++)
            {
                long start = Stopwatch.GetTimestamp();
                layer.Run(sourceView, beforeView, targetView, scratch.Data);
                milliseconds[i] = Math.Min(milliseconds[i], Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            before.Dispose();
            (before, beforeView) = (source, sourceView);
            (source, sourceView) = (target, targetView);
        }

        before.Dispose();
        source.Dispose();
        return milliseconds;
    }
}
