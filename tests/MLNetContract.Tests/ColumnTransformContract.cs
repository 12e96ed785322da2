using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;

namespace MLNetContract.Tests;

public class ColumnTransformContract
{
    private readonly MLContext _ml = new(1);
    private readonly IDataView _data;

    public ColumnTransformContract() => _data = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 3).Select(i =>
        new Few { A = i, B = "b" + i, C = i * 2, V = [i, i + 1] }).ToArray());

    private IDataView Apply(IEstimator<ITransformer> estimator) => estimator.Fit(_data).Transform(_data);

    [Fact]
    public void A_copy_stands_at_the_end()
    {
        IDataView copied = Apply(_ml.Transforms.CopyColumns("D", "A"));
        Assert.Equal("A:Single B:String C:Single V:Vector<Single, 2> D:Single", copied.Schema.Describe());
        Assert.Equal([0, 1, 2], copied.Floats("D"));
    }

    [Fact]
    public void A_copy_that_replaces_a_column_hides_it_and_stands_after_it()
    {
        IDataView copied = Apply(_ml.Transforms.CopyColumns("A", "C"));
        Assert.Equal("[A:Single] A:Single B:String C:Single V:Vector<Single, 2>", copied.Schema.Describe());
        Assert.Equal([0, 2, 4], copied.Floats("A"));
        Assert.Equal([0, 1, 2], copied.GetColumn<float>(copied.Schema[0]));
    }

    [Fact]
    public void A_shape_with_a_replaced_column_has_it_once()
    {
        ShapeProbe probe = new(_ml);
        new EstimatorChain<ITransformer>().Append(_ml.Transforms.CopyColumns("B", "C")).Append(probe).Fit(_data);
        Assert.Equal("A:Scalar:Single B:Scalar:Single C:Scalar:Single V:Vector:Single", probe.Shape!.Describe());
    }

    [Fact]
    public void Dropping_removes_hidden_columns_of_the_name_and_no_others()
    {
        IEstimator<ITransformer> hiding = _ml.Transforms.CopyColumns("A", "C");
        Assert.Equal("B:String C:Single V:Vector<Single, 2>", Apply(hiding.Append(_ml.Transforms.DropColumns("A"))).Schema.Describe());
        Assert.Equal("[A:Single] A:Single C:Single V:Vector<Single, 2>", Apply(hiding.Append(_ml.Transforms.DropColumns("B"))).Schema.Describe());
    }

    [Fact]
    public void Selected_columns_come_in_the_order_asked_for()
    {
        IEstimator<ITransformer> hiding = _ml.Transforms.CopyColumns("A", "C");
        Assert.Equal("V:Vector<Single, 2> A:Single", Apply(_ml.Transforms.SelectColumns("V", "A")).Schema.Describe());
        Assert.Equal("B:String A:Single", Apply(hiding.Append(_ml.Transforms.SelectColumns("B", "A"))).Schema.Describe());
        Assert.Equal("B:String [A:Single] A:Single", Apply(hiding.Append(_ml.Transforms.SelectColumns(["B", "A"], keepHidden: true))).Schema.Describe());
    }

    [Fact]
    public void Concatenation_joins_scalars_and_vectors_and_names_the_slots()
    {
        IDataView joined = Apply(_ml.Transforms.Concatenate("J", "A", "V", "C").Append(_ml.Transforms.Concatenate("K", "J", "A")));
        Assert.Equal("Vector<Single, 4>", joined.Schema["J"].Type.ToString());
        Assert.Equal([1, 1, 2, 2], joined.GetColumn<float[]>("J").ElementAt(1));
        VBuffer<ReadOnlyMemory<char>> names = default;
        joined.Schema["J"].GetSlotNames(ref names);
        Assert.Equal(["A", "", "", "C"], names.DenseValues().Select(n => n.ToString()));
        joined.Schema["K"].GetSlotNames(ref names);
        Assert.Equal("J.A", names.GetItemOrDefault(0).ToString());
    }

    [Fact]
    public void Concatenation_with_a_variable_vector_is_variable()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Row.Make(3));
        IDataView joined = _ml.Transforms.Concatenate("J", "F", "Variable").Fit(data).Transform(data);
        Assert.Equal("Vector<Single>", joined.Schema["J"].Type.ToString());
        Assert.Equal(["0", "1 1", "2 2 2"], joined.GetColumn<float[]>("J").Select(v => string.Join(' ', v)));
    }

    [Fact]
    public void Concatenation_needs_one_item_type() =>
        Assert.Equal("Schema mismatch for input column 'B': expected Single, got String",
            Assert.Throws<ArgumentOutOfRangeException>(() => Apply(_ml.Transforms.Concatenate("J", "A", "B"))).Text());

    [Fact]
    public void Missing_columns_are_named_when_fitted_and_when_transformed()
    {
        IDataView other = _ml.Data.LoadFromEnumerable(new[] { new OnlyX() });
        IEstimator<ITransformer>[] estimators =
        [
            _ml.Transforms.CopyColumns("Z", "A"), _ml.Transforms.DropColumns("A"), _ml.Transforms.SelectColumns("A"),
            _ml.Transforms.Concatenate("Z", "A"), _ml.Transforms.Conversion.MapValue("Z", new[] { KeyValuePair.Create(1f, 2f) }, "A"),
        ];
        foreach (IEstimator<ITransformer> estimator in estimators)
        {
            ITransformer fitted = estimator.Fit(_data);
            Assert.Equal("Could not find input column 'A'", Assert.Throws<ArgumentOutOfRangeException>(
                () => new EstimatorChain<ITransformer>().Append(estimator).Fit(other)).Text());
            Assert.Equal("Could not find input column 'A'", Assert.Throws<ArgumentOutOfRangeException>(() => fitted.Transform(other)).Text());
            Assert.Equal("Could not find input column 'A'", Assert.Throws<ArgumentOutOfRangeException>(() => fitted.GetOutputSchema(other.Schema)).Text());
        }
    }

    [Fact]
    public void Empty_names_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.CopyColumns("D", ""));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.CopyColumns(null!, "A"));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.Concatenate("D"));
        Assert.Throws<InvalidOperationException>(() => _ml.Transforms.DropColumns());
    }

    internal sealed class Few
    {
        public float A { get; set; }

        public string? B { get; set; }

        public float C { get; set; }

        [VectorType(2)]
        public float[]? V { get; set; }
    }
}
