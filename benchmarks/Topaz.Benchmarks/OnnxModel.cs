using System.Runtime.InteropServices;
using System.Text;
using Topaz.Networks;
using Architecture = Topaz.Networks.Architecture;

namespace Topaz.Benchmarks;

/// <summary>
/// Writes the dense form of a network as an ONNX file, just enough of the format for what ONNX Runtime shall be timed on: networks of
/// convolutions, ReLU and skip connections, without batch norm, as it is once folded into the weights.
/// </summary>
/// <remarks>ONNX is protocol buffers; field numbers are those of onnx.proto.</remarks>
internal static class OnnxModel
{
    private const int Float = 1, Int64 = 7;

    public static byte[] Build(Architecture architecture, Weights weights)
    {
        var graph = new Message();
        int pad = architecture.Width / 2;
        Initializer("pads", Int64, [8], MemoryMarshal.AsBytes<long>([0, 0, pad, pad, 0, 0, pad, pad]));
        Initializer("axes", Int64, [2], MemoryMarshal.AsBytes<long>([2, 3]));
        Node("Pad", ["image", "pads"], "padded");

        string before = "", source = "padded";
        foreach (Layer layer in architecture.DenseLayers())
        {
            if (layer is not { Kind: LayerKind.Convolution, BatchNorm: null, Activation: Activation.ReLU or Activation.None })
                throw new NotSupportedException($"{layer.Name} is not written as ONNX.");
            string result = Convolution(layer.Name, source, layer.Kernel, layer.Dilation, layer.Bias);
            if (layer.Skip is { } skip)
            {
                string cropped = $"{layer.Name}.skip";
                Initializer($"{cropped}.from", Int64, [2], MemoryMarshal.AsBytes<long>([skip.Border, skip.Border]));
                Initializer($"{cropped}.to", Int64, [2], MemoryMarshal.AsBytes<long>([-skip.Border, -skip.Border]));
                Node("Slice", [before, $"{cropped}.from", $"{cropped}.to", "axes"], cropped);
                if (skip.Projection is { } projection)
                    cropped = Convolution(projection, cropped, 1, 1, bias: false);
                Node("Add", [result, cropped], result += ".sum");
            }

            if (layer.Activation == Activation.ReLU)
                Node("Relu", [result], result += ".relu");
            (before, source) = (source, result);
        }

        Node("Identity", [source], "scores");
        graph.Text(2, architecture.Options.Name).Add(11, Image("image")).Add(12, Image("scores"));
        return new Message().Number(1, 8).Add(7, graph).Add(8, new Message().Text(1, "").Number(2, 13)).ToArray();

        string Convolution(string name, string input, int kernel, int dilation, bool bias)
        {
            Tensor weight = weights[$"{name}.weight"];
            List<string> inputs = [input, weight.Name];
            Initializer(weight.Name, Float, weight.Shape, MemoryMarshal.AsBytes(weight.Data.AsSpan()));
            if (bias)
            {
                Tensor vector = weights[$"{name}.bias"];
                Initializer(vector.Name, Float, vector.Shape, MemoryMarshal.AsBytes(vector.Data.AsSpan()));
                inputs.Add(vector.Name);
            }

            Node("Conv", inputs, $"{name}.result", ("kernel_shape", kernel), ("dilations", dilation));
            return $"{name}.result";
        }

        void Initializer(string name, int type, IReadOnlyList<int> shape, ReadOnlySpan<byte> data)
        {
            var tensor = new Message();
            foreach (int size in shape)
                tensor.Number(1, size);
            graph.Add(5, tensor.Number(2, type).Text(8, name).Bytes(9, data));
        }

        void Node(string type, IEnumerable<string> inputs, string output, params (string Name, int Value)[] pairs)
        {
            var node = new Message();
            foreach (string input in inputs)
                node.Text(1, input);
            node.Text(2, output).Text(4, type);
            // The same for rows and columns; 7 is the type of lists of integers.
            foreach ((string name, int value) in pairs)
                node.Add(5, new Message().Text(1, name).Number(8, value).Number(8, value).Number(20, 7));
            graph.Add(1, node);
        }
    }

    /// <summary>One channel of any height and width.</summary>
    private static Message Image(string name)
    {
        Message shape = new Message().Add(1, new Message().Number(1, 1)).Add(1, new Message().Number(1, 1))
            .Add(1, new Message().Text(2, "height")).Add(1, new Message().Text(2, "width"));
        return new Message().Text(1, name).Add(2, new Message().Add(1, new Message().Number(1, Float).Add(2, shape)));
    }

    /// <summary>A message of protocol buffers, field by field.</summary>
    private sealed class Message
    {
        private readonly List<byte> _bytes = [];

        public Message Number(int field, long value)
        {
            Varint((ulong)field << 3);
            Varint((ulong)value);
            return this;
        }

        public Message Bytes(int field, ReadOnlySpan<byte> value)
        {
            Varint((ulong)field << 3 | 2);
            Varint((ulong)value.Length);
            _bytes.AddRange(value);
            return this;
        }

        public Message Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

        public Message Add(int field, Message value) => Bytes(field, value.ToArray());

        public byte[] ToArray() => [.. _bytes];

        private void Varint(ulong value)
        {
            for (; value > 127; value >>= 7)
                _bytes.Add((byte)(value | 128));
            _bytes.Add((byte)value);
        }
    }
}
