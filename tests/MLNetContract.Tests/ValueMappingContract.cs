using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Xunit;

namespace MLNetContract.Tests;

public class ValueMappingContract
{
    private readonly MLContext _ml = new(1);
    private readonly IDataView _data;

    public ValueMappingContract() => _data = _ml.Data.LoadFromEnumerable(Row.Make(4));

    private IDataView Apply(IEstimator<ITransformer> estimator) => estimator.Fit(_data).Transform(_data);

    private ValueMappingEstimator<TKey, TValue> Map<TKey, TValue>(string input, params (TKey Key, TValue Value)[] pairs) =>
        _ml.Transforms.Conversion.MapValue("O", pairs.Select(p => KeyValuePair.Create(p.Key, p.Value)).ToArray(), input);

    [Fact]
    public void Values_are_looked_up_and_default_where_there_are_none()
    {
        Assert.Equal(["", "one", "two", ""], Apply(Map("F", (1f, "one"), (2f, "two"))).Texts("O"));
        Assert.Equal([0, 1.5f, 0, 0], Apply(Map("T", ("t1", 1.5f))).Floats("O"));
        Assert.Equal([0, 5, 0, 0], Apply(Map("I", (1, 5))).GetColumn<int>("O"));
        Assert.Equal([true, false, true, false], Apply(Map("B", (true, true))).GetColumn<bool>("O"));
        Assert.Equal([0, 0, 2.5, 0], Apply(Map("Small", ((byte)2, 2.5))).GetColumn<double>("O"));
    }

    [Fact]
    public void A_vector_is_mapped_item_by_item()
    {
        IDataView mapped = Apply(Map("V4", (1f, "one"), (2f, "two")));
        Assert.Equal("Vector<String>", mapped.Schema["O"].Type.ToString());
        Assert.Equal(["", "one", "two", ""], mapped.GetColumn<string[]>("O").First());
    }

    [Fact]
    public void Every_row_gets_the_same_string_object()
    {
        List<ReadOnlyMemory<char>> texts = [.. Apply(Map("B", (true, "state"))).GetColumn<ReadOnlyMemory<char>>("O").Where(t => t.Length > 0)];
        Assert.Equal(2, texts.Count);
        Assert.True(MemoryMarshal.TryGetString(texts[0], out string? first, out int start, out int length));
        Assert.True(MemoryMarshal.TryGetString(texts[1], out string? second, out _, out _));
        Assert.Same(first, second);
        Assert.Equal((0, 5), (start, length));
    }

    [Fact]
    public void A_key_may_be_given_once_only() =>
        Assert.StartsWith("Duplicate keys in data", Assert.Throws<InvalidOperationException>(() => Apply(Map("F", (1f, "a"), (1f, "b")))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_column_of_another_type_is_refused_when_read()
    {
        IDataView mapped = Apply(Map("I", (1f, "one")));
        Assert.Throws<InvalidOperationException>(() => mapped.Texts("O"));
    }

    [Fact]
    public void The_shape_follows_input_and_values()
    {
        ShapeProbe probe = new(_ml);
        new EstimatorChain<ITransformer>().Append(Map("V4", (1f, "one"))).Append(_ml.Transforms.SelectColumns("O")).Append(probe).Fit(_data);
        Assert.Equal("O:Vector:String", probe.Shape!.Describe());
    }

    [Fact]
    public void Without_an_input_name_the_column_is_replaced()
    {
        IDataView mapped = Apply(_ml.Transforms.Conversion.MapValue("F", new[] { KeyValuePair.Create(1f, "one") }));
        Assert.Equal("one", mapped.Texts("F")[1]);
        Assert.True(mapped.Schema[0].IsHidden);
    }
}
