namespace Microsoft.ML.Data;

/// <summary>A data view seen through a mapper, row by row.</summary>
internal sealed class MappedView(IDataView input, IRowToRowMapper mapper) : IDataView
{
    public bool CanShuffle => input.CanShuffle;

    public DataViewSchema Schema => mapper.OutputSchema;

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] active = [.. columnsNeeded];
        return Map(input.GetRowCursor(mapper.GetDependencies(active), rand), active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        DataViewSchema.Column[] active = [.. columnsNeeded];
        return [.. input.GetRowCursorSet(mapper.GetDependencies(active), n, rand).Select(cursor => Map(cursor, active))];
    }

    private FollowingCursor Map(DataViewRowCursor cursor, DataViewSchema.Column[] active) => new(cursor, mapper.GetRow(cursor, active));
}
