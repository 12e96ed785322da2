namespace Microsoft.ML.Data;

/// <summary>A data view seen through a mapper, row by row. Added columns are computed by several threads, ahead of the reader.</summary>
internal sealed class MappedView(IDataView input, RowMapper mapper) : IDataView
{
    private static readonly int Threads = Math.Max(2, Environment.ProcessorCount - 1);

    public bool CanShuffle => input.CanShuffle;

    public DataViewSchema Schema => mapper.OutputSchema;

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        ArgumentNullException.ThrowIfNull(columnsNeeded);
        DataViewSchema.Column[] active = [.. columnsNeeded];
        if (!mapper.AddsAny(active) || !AllTravel(active))
            return Map(input.GetRowCursor(mapper.GetDependencies(active), rand), active);
        DataViewRowCursor[] cursors = GetRowCursorSet(active, Threads, rand);
        return cursors is [var only] ? only : new MergedCursor(Schema, active, cursors);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        DataViewSchema.Column[] active = [.. columnsNeeded];
        DataViewSchema.Column[] needed = [.. mapper.GetDependencies(active)];
        DataViewRowCursor[] cursors = input.GetRowCursorSet(needed, n, rand);
        if (cursors.Length == 1 && n > 1 && mapper.AddsAny(active) && AllTravel(needed))
            cursors = SplitCursor.Split(cursors[0], needed, n);
        return [.. cursors.Select(cursor => Map(cursor, active))];
    }

    // Rows travel between threads in stores, so those with columns of custom types do not.
    private static bool AllTravel(IEnumerable<DataViewSchema.Column> columns) => columns.All(c => StoredColumns.CanStore(c.Type));

    private FollowingCursor Map(DataViewRowCursor cursor, DataViewSchema.Column[] active) => new(cursor, mapper.GetRow(cursor, active));
}
