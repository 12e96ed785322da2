using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;

namespace MLNetContract.Tests;

public class DataOperationContract
{
    private readonly MLContext _ml = new(1);
    private readonly Row[] _rows = Row.Make(10);

    private IDataView Data => _ml.Data.LoadFromEnumerable(_rows);

    [Fact]
    public void Rows_are_taken_and_skipped()
    {
        Assert.Equal([0, 1, 2], _ml.Data.TakeRows(Data, 3).Floats("F"));
        Assert.Equal([8, 9], _ml.Data.SkipRows(Data, 8).Floats("F"));
        Assert.Equal(10, _ml.Data.TakeRows(Data, 30).Floats("F").Length);
        Assert.Empty(_ml.Data.SkipRows(Data, 30).Floats("F"));
        Assert.Equal((3, 2), (_ml.Data.TakeRows(Data, 3).GetRowCount(), _ml.Data.SkipRows(Data, 8).GetRowCount()));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.TakeRows(Data, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.SkipRows(Data, 0));
    }

    [Fact]
    public void A_range_includes_its_lower_bound_only()
    {
        Assert.Equal([2, 3, 4], _ml.Data.FilterRowsByColumn(Data, "F", 2, 5).Floats("F"));
        Assert.Equal([2, 2.25], _ml.Data.FilterRowsByColumn(Data, "D", 2).GetColumn<double>("D"));
        Assert.Null(_ml.Data.FilterRowsByColumn(Data, "F", 2, 5).GetRowCount());
        IDataView odd = _ml.Data.LoadFromEnumerable(new[] { new OnlyF { F = float.NaN }, new OnlyF { F = float.PositiveInfinity }, new OnlyF { F = 1 } });
        Assert.Equal([1], _ml.Data.FilterRowsByColumn(odd, "F").Floats("F"));
    }

    [Theory]
    [InlineData("T", "Schema mismatch for filter column 'T': expected number, got String")]
    [InlineData("V4", "Schema mismatch for filter column 'V4': expected number, got Vector<Single, 4>")]
    [InlineData("I", "Column 'I' does not have compatible type")]
    [InlineData("nowhere", "Column 'nowhere' not found")]
    public void A_range_needs_a_real_number(string column, string message) =>
        Assert.Equal(message, Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.FilterRowsByColumn(Data, column, 1)).Text());

    [Fact]
    public void Rows_with_missing_values_are_dropped()
    {
        IDataView scalars = _ml.Data.LoadFromEnumerable(new[] { new OnlyF { F = float.NaN }, new OnlyF { F = 1 } });
        IDataView vectors = _ml.Data.LoadFromEnumerable(new[] { new FixedV4 { V4 = [1, float.NaN, 2, 3] }, new FixedV4 { V4 = [1, 2, 3, 4] } });
        Assert.Equal([1], _ml.Data.FilterRowsByMissingValues(scalars, "F").Floats("F"));
        Assert.Single(_ml.Data.FilterRowsByMissingValues(vectors, "V4").GetColumn<float[]>("V4"));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.FilterRowsByMissingValues(Data, "T"));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.FilterRowsByMissingValues(Data, "nowhere"));
    }

    [Fact]
    public void A_predicate_says_which_rows_go()
    {
        Assert.Equal([0, 1, 2, 3], _ml.Data.FilterByCustomPredicate<OnlyF>(Data, row => row.F > 3).Floats("F"));
        Assert.Equal("Could not find  column 'X'",
            Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.FilterByCustomPredicate<OnlyX>(Data, row => true)).Text());
    }

    [Fact]
    public void Positions_count_the_rows_that_are_left()
    {
        foreach (IDataView view in new[] { _ml.Data.FilterRowsByColumn(Data, "F", 3), _ml.Data.SkipRows(Data, 3) })
        {
            using DataViewRowCursor cursor = view.GetRowCursor(view.Schema);
            cursor.MoveNext();
            Assert.Equal(0, cursor.Position);
        }
    }

    [Fact]
    public void Shuffling_keeps_rows_together_and_repeats_with_the_seed()
    {
        IDataView shuffled = _ml.Data.ShuffleRows(Data, seed: 1);
        float[] order = shuffled.Floats("F");
        Assert.Equal(_rows.Select(r => r.F), order.Order());
        Assert.NotEqual(_rows.Select(r => r.F), order);
        Assert.Equal(order, _ml.Data.ShuffleRows(Data, seed: 1).Floats("F"));
        Assert.NotEqual(order, _ml.Data.ShuffleRows(Data, seed: 2).Floats("F"));
        Assert.All(_ml.Data.CreateEnumerable<Row>(shuffled, false), r => Assert.Equal(("t" + r.F, r.F, (int)r.F % 3), (r.T, r.V4![0], r.Variable?.Length ?? 0)));
        Assert.Equal(_rows.Select(r => r.F), _ml.Data.ShuffleRows(Data, 1, shufflePoolSize: 1, shuffleSource: false).Floats("F"));
        Assert.Equal(10, _ml.Data.ShuffleRows(Data, 1, shufflePoolSize: 3).Floats("F").Distinct().Count());
    }

    [Fact]
    public void A_cache_reads_each_column_once_when_it_is_asked_for()
    {
        Counting[] rows = [new() { A = 1 }, new() { A = 2 }];
        IDataView cached = _ml.Data.Cache(_ml.Data.LoadFromEnumerable(rows));
        cached.Floats("A");
        Assert.Equal(0, rows.Sum(r => r.Reads));
        for (int pass = 0; pass < 3; pass++)
            Assert.Equal([2, 4], cached.Floats("Computed"));
        Assert.Equal(2, rows.Sum(r => r.Reads));
        Assert.Equal((2, true), (cached.GetRowCount(), cached.CanShuffle));
    }

    [Fact]
    public void A_cache_gives_every_value_back()
    {
        IDataView cached = _ml.Data.Cache(Data);
        Assert.Equal(Data.Schema.Describe(), cached.Schema.Describe());
        Assert.All(_ml.Data.CreateEnumerable<Row>(cached, false),
            r => Assert.Equal(("t" + r.F, r.F, (int)r.F % 3, r.F), (r.T, r.V4![0], r.Variable?.Length ?? 0, r.Sparse.GetItemOrDefault(2))));
        Assert.Equal("Could not find prefetch column 'nowhere'", Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.Cache(Data, "nowhere")).Text());
    }

    [Fact]
    public void Several_cursors_share_the_rows_of_a_cache()
    {
        IDataView cached = _ml.Data.Cache(_ml.Data.LoadFromEnumerable(Enumerable.Range(0, 500).Select(i => new OnlyF { F = i }).ToArray()));
        List<float> values = [];
        foreach (DataViewRowCursor cursor in cached.GetRowCursorSet(cached.Schema, 3))
        {
            ValueGetter<float> get = cursor.GetGetter<float>(cached.Schema["F"]);
            for (float value = 0; cursor.MoveNext(); values.Add(value))
                get(ref value);
            cursor.Dispose();
        }

        Assert.Equal(Enumerable.Range(0, 500).Select(i => (float)i), values.Order());
    }

    internal sealed class Counting
    {
        [NoColumn]
        public int Reads { get; private set; }

        public float A { get; set; }

        public float Computed
        {
            get
            {
                Reads++;
                return 2 * A;
            }
        }
    }
}
