namespace Microsoft.ML.Data;

/// <summary>The rows of a data view that pass a test.</summary>
internal sealed class FilteredView(IDataView input, IEnumerable<DataViewSchema.Column> tested, Func<DataViewRow, Func<bool>> createTest) : IDataView
{
    private readonly DataViewSchema.Column[] _tested = [.. tested];

    public bool CanShuffle => input.CanShuffle;

    public DataViewSchema Schema => input.Schema;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewRowCursor cursor = input.GetRowCursor(columnsNeeded.Concat(_tested).DistinctBy(c => c.Index), rand);
        return new FollowingCursor(cursor, cursor, createTest(cursor));
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
