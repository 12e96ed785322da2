using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Xunit;

namespace MLNetContract.Tests;

public class ChainContract
{
    private readonly MLContext _ml = new(1);
    private readonly IDataView _data;

    public ChainContract() => _data = _ml.Data.LoadFromEnumerable(Row.Make(10));

    private ColumnCopyingEstimator Copy(string to) => _ml.Transforms.CopyColumns(to, "F");

    [Fact]
    public void A_chain_appended_to_a_chain_stays_a_link_of_its_own()
    {
        static string Tree(ITransformer t) => t is IEnumerable<ITransformer> chain ? $"({string.Join(' ', chain.Select(Tree))})" : "t";
        IEstimator<ITransformer> inner = Copy("A").Append(Copy("B2"));
        Assert.Equal("((t t) t (t t))", Tree(inner.Append(Copy("C")).Append(inner).Fit(_data)));
    }

    [Fact]
    public void The_last_transformer_has_its_type()
    {
        TransformerChain<ColumnCopyingTransformer> chain = _ml.Transforms.SelectColumns("F").Append(Copy("A")).Fit(_data);
        Assert.IsType<ColumnCopyingTransformer>(chain.LastTransformer);
        Assert.Equal(2, chain.Count());
        Assert.Equal("F:Single A:Single", chain.Transform(_data).Schema.Describe());
    }

    [Fact]
    public void An_empty_chain_changes_nothing()
    {
        ITransformer chain = new EstimatorChain<ITransformer>().Fit(_data);
        Assert.True(chain.IsRowToRowMapper);
        Assert.Equal(_data.Schema.Describe(), chain.Transform(_data).Schema.Describe());
    }

    [Fact]
    public void Errors_of_a_later_link_come_before_anything_is_fitted()
    {
        ShapeProbe first = new(_ml);
        EstimatorChain<ColumnCopyingTransformer> chain = first.Append(_ml.Transforms.CopyColumns("B2", "nowhere"));
        Assert.Equal("Could not find input column 'nowhere'", Assert.Throws<ArgumentOutOfRangeException>(() => chain.Fit(_data)).Text());
        Assert.Null(first.Data);
        first.Append(Copy("B2")).Fit(_data);
        Assert.Same(_data, first.Data);
    }

    [Fact]
    public void A_cache_checkpoint_spares_later_passes()
    {
        int calls = 0;
        IEstimator<ITransformer> mapping = _ml.Transforms.CustomMapping<OnlyF, OnlyY>((s, d) => Interlocked.Increment(ref calls), null);
        mapping.AppendCacheCheckpoint(_ml).Append(new ShapeProbe(_ml, "Y")).Fit(_data);
        Assert.Equal(10, calls);
        mapping.Append(new ShapeProbe(_ml, "Y")).Fit(_data);
        Assert.Equal(10 + 30, calls);
    }

    [Fact]
    public void Transforming_uses_the_links_for_scoring()
    {
        ITransformer a = Copy("A").Fit(_data), b = Copy("B2").Fit(_data);
        TransformerChain<ITransformer> chain = new([a, b], [TransformerScope.Training, TransformerScope.Everything]);
        Assert.Null(chain.Transform(_data).Schema.GetColumnOrNull("A"));
        Assert.NotNull(chain.Transform(_data).Schema.GetColumnOrNull("B2"));
        Assert.Equal(2, chain.Count());
    }

    [Fact]
    public void Transformers_can_be_appended()
    {
        TransformerChain<ColumnCopyingTransformer> chain = Copy("A").Fit(_data).Append(Copy("B2").Fit(_data));
        Assert.Equal(2, chain.Count());
    }

    [Fact]
    public void One_mapper_does_the_work_of_the_chain_with_the_columns_it_needs()
    {
        ITransformer chain = Copy("A").Append(_ml.Transforms.CustomMapping<TextT, OnlyY>((s, d) => d.Y = s.T!.Length, null))
            .Append(_ml.Transforms.SelectColumns("Y", "A")).Fit(_data);
        IRowToRowMapper mapper = chain.GetRowToRowMapper(_data.Schema);
        Assert.Same(_data.Schema, mapper.InputSchema);
        Assert.Equal("Y:Single A:Single", mapper.OutputSchema.Describe());
        Assert.Equal(["F"], mapper.GetDependencies([mapper.OutputSchema["A"]]).Select(c => c.Name));
        Assert.Equal(["F", "T"], mapper.GetDependencies(mapper.OutputSchema).Select(c => c.Name).Order());

        using DataViewRowCursor cursor = _data.GetRowCursor(_data.Schema);
        using DataViewRow row = mapper.GetRow(cursor, mapper.OutputSchema);
        ValueGetter<float> getY = row.GetGetter<float>(mapper.OutputSchema["Y"]), getA = row.GetGetter<float>(mapper.OutputSchema["A"]);
        float y = 0, a = 0;
        cursor.MoveNext();
        cursor.MoveNext();
        getY(ref y);
        getA(ref a);
        Assert.Equal((2f, 1f, 1L), (y, a, row.Position));
    }

    [Fact]
    public void A_mapper_refuses_rows_of_another_schema()
    {
        IRowToRowMapper mapper = ((ITransformer)Copy("A").Fit(_data)).GetRowToRowMapper(_data.Schema);
        IDataView other = _ml.Data.LoadFromEnumerable(Row.Make(1));
        using DataViewRowCursor cursor = other.GetRowCursor(other.Schema);
        Assert.Throws<InvalidOperationException>(() => mapper.GetRow(cursor, mapper.OutputSchema));
    }

    [Fact]
    public void A_chain_with_a_link_that_maps_no_rows_has_no_mapper()
    {
        ITransformer chain = new TransformerChain<ITransformer>(new WholeDataTransformer());
        Assert.False(chain.IsRowToRowMapper);
        Assert.Throws<InvalidOperationException>(() => chain.GetRowToRowMapper(_data.Schema));
    }

    [Fact]
    public void Disposing_a_chain_disposes_its_links()
    {
        DisposalProbe probe = new(Copy("A").Fit(_data));
        new TransformerChain<ITransformer>(probe).Dispose();
        Assert.Equal(1, probe.Disposals);
    }
}
