namespace Microsoft.ML.Data;

/// <summary>A data view whose columns are read once, when first asked for, and kept.</summary>
internal sealed class CachedView(IDataView input, params string[] prefetch) : IDataView
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, ColumnStore> _stores = [];
    private int? _count;

    public bool CanShuffle => true;

    public DataViewSchema Schema => input.Schema;

    public long? GetRowCount() => _count ?? input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        GetRowCursorSet(columnsNeeded, 1, rand)[0];

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        Dictionary<int, ColumnStore> stores = Filled([.. columnsNeeded], out int count);
        int[] order = [.. Enumerable.Range(0, count)];
        rand?.Shuffle(order);
        int cursors = Math.Clamp(n, 1, Math.Max(count, 1));
        return [.. Enumerable.Range(0, cursors).Select(part => new StoredCursor(Schema, stores, order.Where((_, i) => i % cursors == part)))];
    }

    private Dictionary<int, ColumnStore> Filled(DataViewSchema.Column[] columns, out int count)
    {
        lock (_gate)
        {
            IEnumerable<DataViewSchema.Column> wanted = _count == null ? columns.Concat(prefetch.Select(name => Schema[name])) : columns;
            DataViewSchema.Column[] missing = [.. wanted.Where(c => !_stores.ContainsKey(c.Index)).DistinctBy(c => c.Index)];
            if (missing.Length > 0 || _count == null)
                Fill(missing);
            count = _count!.Value;
            return columns.DistinctBy(c => c.Index).ToDictionary(c => c.Index, c => _stores[c.Index]);
        }
    }

    private void Fill(DataViewSchema.Column[] columns)
    {
        Dictionary<int, ColumnStore> stores = columns.ToDictionary(c => c.Index, c => ColumnStore.Create(c.Type));
        using DataViewRowCursor cursor = input.GetRowCursor(columns);
        Action<int>[] writers = [.. columns.Select(c => stores[c.Index].Writer(cursor, c))];
        int count = 0;
        for (; cursor.MoveNext(); count++)
        {
            foreach (Action<int> write in writers)
                write(count);
        }

        foreach ((int index, ColumnStore store) in stores)
            _stores[index] = store;
        _count = count;
    }
}
