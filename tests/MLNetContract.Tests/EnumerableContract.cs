using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;

namespace MLNetContract.Tests;

public class EnumerableContract
{
    private readonly MLContext _ml = new(1);
    private readonly Row[] _rows = Row.Make(10);

    public EnumerableContract() => Data = _ml.Data.LoadFromEnumerable(_rows);

    private IDataView Data { get; }

    [Fact]
    public void Objects_come_back_as_they_went_in()
    {
        Row row = _ml.Data.CreateEnumerable<Row>(Data, reuseRowObject: false).ElementAt(5);
        Assert.Equal((5f, 5, false, "t5", 1.25, (byte)5, "m5"), (row.F, row.I, row.B, row.T, row.D, row.Small, row.Memory.ToString()));
        Assert.Equal([5, 6, 7, 8], row.V4!);
        Assert.Equal([5, 5], row.Variable!);
        Assert.Equal(["a5", "b"], row.Texts!);
        Assert.Equal([0, 0, 5, 0, 0], row.Sparse.DenseValues());
    }

    [Fact]
    public void Keys_count_from_one_in_columns_and_zero_is_missing()
    {
        WithKey[] rows = [new() { Key = 0 }, new() { Key = 3 }, new() { Key = 4 }];
        Assert.Equal([1u, 4u, 0u], _ml.Data.LoadFromEnumerable(rows).GetColumn<uint>("Key"));
    }

    [Fact]
    public void Reused_objects_and_their_arrays_are_the_same_for_each_row()
    {
        List<FixedV4> reused = [.. _ml.Data.CreateEnumerable<FixedV4>(Data, reuseRowObject: true)];
        List<FixedV4> fresh = [.. _ml.Data.CreateEnumerable<FixedV4>(Data, reuseRowObject: false)];
        Assert.Same(reused[0], reused[9]);
        Assert.Equal([9, 10, 11, 12], reused[0].V4!);
        Assert.NotSame(fresh[0].V4, fresh[1].V4);
        Assert.Equal([0, 1, 2, 3], fresh[0].V4!);
    }

    [Fact]
    public void A_null_text_is_empty_and_a_null_array_stays_null()
    {
        Assert.Equal("", _ml.Data.CreateEnumerable<TextT>(_ml.Data.LoadFromEnumerable(new[] { new TextT() }), false).Single().T);
        IDataView arrays = _ml.Data.LoadFromEnumerable(new[] { new VariableF(), new VariableF { Variable = [1] } });
        Assert.Null(_ml.Data.CreateEnumerable<VariableF>(arrays, false).First().Variable);
        Assert.Empty(arrays.GetColumn<float[]>("Variable").First());
    }

    [Fact]
    public void Computed_properties_are_columns_that_are_evaluated_when_read()
    {
        Computing[] rows = [new() { A = 1 }, new() { A = 2 }];
        IDataView data = _ml.Data.LoadFromEnumerable(rows);
        data.Floats("A");
        Assert.Equal(0, rows.Sum(r => r.Evaluations));
        Assert.Equal([2, 4], data.Floats("Twice"));
        Assert.Equal(2, rows.Sum(r => r.Evaluations));
    }

    [Fact]
    public void A_column_can_be_read_as_several_types()
    {
        Assert.Equal(_rows.Select(r => r.F), Data.GetColumn<float>("F"));
        Assert.Equal("t3", Data.GetColumn<string>("T").ElementAt(3));
        Assert.Equal("t3", Data.GetColumn<ReadOnlyMemory<char>>("T").ElementAt(3).ToString());
        Assert.Equal([3, 4, 5, 6], Data.GetColumn<float[]>(Data.Schema["V4"]).ElementAt(3));
        Assert.Equal(["a3", "b"], Data.GetColumn<string[]>("Texts").ElementAt(3));
        Assert.Equal([0, 0, 3, 0, 0], Data.GetColumn<VBuffer<float>>("Sparse").ElementAt(3).DenseValues());
        Assert.Throws<ArgumentOutOfRangeException>(() => Data.GetColumn<int>("F").ToList());
        Assert.Throws<ArgumentOutOfRangeException>(() => Data.GetColumn<float>("nowhere").ToList());
    }

    [Fact]
    public void A_column_must_be_one_of_the_data() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Data.GetColumn<float[]>(_ml.Data.LoadFromEnumerable(_rows).Schema["V4"]).ToList());

    [Fact]
    public void Arrays_read_from_a_column_are_fresh_but_vectors_share_their_buffer()
    {
        Assert.Equal([0, 1, 2, 3], Data.GetColumn<float[]>("V4").ToList()[0]);
        Assert.Equal([9, 10, 11, 12], Data.GetColumn<VBuffer<float>>("V4").ToList()[0].DenseValues());
    }

    [Fact]
    public void Missing_columns_are_an_error_or_ignored()
    {
        Assert.Equal("Could not find  column 'X'",
            Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.CreateEnumerable<OnlyX>(Data, false).ToList()).Text());
        Assert.Equal(10, _ml.Data.CreateEnumerable<OnlyX>(Data, false, ignoreMissingColumns: true).Count());
    }

    [Fact]
    public void A_member_of_another_type_cannot_be_bound() =>
        Assert.Equal("Can't bind the IDataView column 'F' of type 'Single' to field or property 'F' of type 'System.Int32'.",
            Assert.Throws<InvalidOperationException>(() => _ml.Data.CreateEnumerable<IntF>(Data, false).ToList()).Message);

    [Fact]
    public void Cursors_start_before_the_first_row_and_end_there_again()
    {
        using DataViewRowCursor cursor = Data.GetRowCursor(Data.Schema);
        Assert.Equal(-1, cursor.Position);
        Assert.True(cursor.MoveNext());
        Assert.Equal(0, cursor.Position);
        while (cursor.MoveNext())
            continue;
        Assert.Equal((-1L, false), (cursor.Position, cursor.MoveNext()));
    }

    [Fact]
    public void Only_active_columns_of_the_right_type_can_be_read()
    {
        IDataView data = Data;
        using DataViewRowCursor cursor = data.GetRowCursor([data.Schema["F"]]);
        Assert.Equal((true, false), (cursor.IsColumnActive(data.Schema["F"]), cursor.IsColumnActive(data.Schema["I"])));
        Assert.Throws<ArgumentOutOfRangeException>(() => cursor.GetGetter<int>(data.Schema["I"]));
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<int>(data.Schema["F"]));
    }

    [Fact]
    public void A_getter_gives_values_that_do_not_alias_the_object()
    {
        float[] array = [1, 2, 3, 4];
        IDataView data = _ml.Data.LoadFromEnumerable(new[] { new FixedV4 { V4 = array } });
        Assert.False(data.GetColumn<VBuffer<float>>("V4").Single().GetValues().Overlaps(array));
    }

    [Fact]
    public void Lists_know_their_count_and_nothing_shuffles_by_itself()
    {
        Assert.Equal((10, false), (Data.GetRowCount(), Data.CanShuffle));
        Assert.Null(_ml.Data.LoadFromEnumerable(_rows.Where(r => r.I >= 0)).GetRowCount());
    }

    [Fact]
    public void A_null_row_is_an_error() =>
        Assert.Throws<InvalidOperationException>(() => _ml.Data.LoadFromEnumerable(new OnlyF[] { null! }).Floats("F"));

    internal sealed class WithKey
    {
        [KeyType(4)]
        public uint Key { get; set; }
    }

    internal sealed class Computing
    {
        [NoColumn]
        public int Evaluations { get; private set; }

        public float A { get; set; }

        public float Twice
        {
            get
            {
                Evaluations++;
                return 2 * A;
            }
        }
    }
}
