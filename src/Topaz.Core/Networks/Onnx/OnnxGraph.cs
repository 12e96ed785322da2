using System.Buffers.Binary;

namespace Topaz.Networks.Onnx;

/// <summary>A graph of ONNX operators, built node by node. Field numbers are those of onnx.proto (https://github.com/onnx/onnx).</summary>
internal sealed class OnnxGraph
{
    // Kinds of numbers (TensorProto.DataType) and of attributes (AttributeProto.AttributeType).
    private const int Float = 1, Int64 = 7, FloatAttribute = 1, IntegersAttribute = 7;

    private readonly ProtobufMessage _message = new();

    /// <summary>Adds weights that nodes read by their name.</summary>
    public void Weights(Tensor tensor) => Initializer(tensor.Name, Float, tensor.Shape, LittleEndian.Of(tensor.Data));

    /// <summary>Adds a vector of integers that nodes read by its name, and returns that.</summary>
    public string Integers(string name, params ReadOnlySpan<long> values)
    {
        byte[] bytes = new byte[8 * values.Length];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8 * i), values[i]);
        Initializer(name, Int64, [values.Length], bytes);
        return name;
    }

    /// <summary>Adds a node that reads values and makes a new one, whose name is returned.</summary>
    /// <param name="type">The operator.</param>
    /// <param name="inputs">Names of what it reads.</param>
    /// <param name="output">Name of what it makes.</param>
    /// <param name="sides">Attributes that are the same for rows and columns.</param>
    /// <param name="epsilon">The attribute of that name, where there is one.</param>
    public string Node(string type, IEnumerable<string> inputs, string output, IReadOnlyList<(string Name, int Value)>? sides = null, double? epsilon = null)
    {
        var node = new ProtobufMessage();
        foreach (string input in inputs)
            node.Text(1, input);
        node.Text(2, output).Text(4, type);
        foreach ((string name, int value) in sides ?? [])
            node.Add(5, new ProtobufMessage().Text(1, name).Number(8, value).Number(8, value).Number(20, IntegersAttribute));
        if (epsilon is { } summand)
            node.Add(5, new ProtobufMessage().Text(1, "epsilon").Real(2, (float)summand).Number(20, FloatAttribute));
        _message.Add(1, node);
        return output;
    }

    /// <summary>The whole model.</summary>
    /// <param name="name">The graph's name.</param>
    /// <param name="input">Name and sides of what it takes; a side that is a text may be of any length.</param>
    /// <param name="output">Name and sides of what it gives.</param>
    /// <param name="metadata">What else is to be known.</param>
    public byte[] ToModel(string name, (string Name, object[] Sides) input, (string Name, object[] Sides) output, IReadOnlyDictionary<string, string> metadata)
    {
        // Version 8 of the format and 13 of the operators are what ONNX Runtime has read since 1.10 (2021).
        const int Format = 8, Operators = 13;
        _message.Text(2, name).Add(11, Value(input)).Add(12, Value(output));
        ProtobufMessage model = new ProtobufMessage().Number(1, Format).Text(2, "Topaz.MLNet").Add(7, _message)
            .Add(8, new ProtobufMessage().Text(1, "").Number(2, Operators));
        foreach ((string key, string value) in metadata)
            model.Add(14, new ProtobufMessage().Text(1, key).Text(2, value));
        return model.ToArray();
    }

    private static ProtobufMessage Value((string Name, object[] Sides) value)
    {
        var shape = new ProtobufMessage();
        foreach (object side in value.Sides)
            shape.Add(1, side is int length ? new ProtobufMessage().Number(1, length) : new ProtobufMessage().Text(2, (string)side));
        return new ProtobufMessage().Text(1, value.Name).Add(2, new ProtobufMessage().Add(1, new ProtobufMessage().Number(1, Float).Add(2, shape)));
    }

    private void Initializer(string name, int type, IReadOnlyList<int> shape, byte[] data)
    {
        var tensor = new ProtobufMessage();
        foreach (int size in shape)
            tensor.Number(1, size);
        _message.Add(5, tensor.Number(2, type).Text(8, name).Bytes(9, data));
    }
}
