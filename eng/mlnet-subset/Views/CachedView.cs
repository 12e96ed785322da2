namespace Microsoft.ML.Data;

/// <summary>A data view whose columns are read once, when first asked for, and kept.</summary>
internal sealed class CachedView : IDataView
{
    private const int BatchSize = RowBatch.Size;
    private readonly IDataView _input;
    private readonly Lock _gate = new();
    private readonly Dictionary<int, ColumnStore> _stores = [];
    private int? _count;

    private CachedView(IDataView input) => _input = input;

    public static CachedView Create(IDataView input, params string[] prefetch)
    {
        CachedView view = new(StoredColumns.Of(input));
        DataViewSchema.Column[] columns = [.. prefetch.Select(name => view.Schema.GetColumnOrNull(name)
            ?? throw SchemaErrors.Missing("prefetch", name, "columnsToPrefetch"))];
        if (columns.Length > 0)
            view.Filled(columns, out _);
        return view;
    }

    public bool CanShuffle => true;

    public DataViewSchema Schema => _input.Schema;

    public long? GetRowCount() => _count ?? _input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        GetRowCursorSet(columnsNeeded, 1, rand)[0];

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        Dictionary<int, ColumnStore> stores = Filled([.. columnsNeeded], out int count);
        int[] order = [.. Enumerable.Range(0, count)];
        rand?.Shuffle(order);
        int cursors = Math.Max(n, 1);
        return [.. Enumerable.Range(0, cursors).Select(part => new StoredCursor(Schema, stores,
            order.Select((slot, i) => (slot, (long)i / BatchSize)).Where(row => row.Item2 % cursors == part)))];
    }

    private Dictionary<int, ColumnStore> Filled(DataViewSchema.Column[] columns, out int count)
    {
        lock (_gate)
        {
            DataViewSchema.Column[] missing = [.. columns.Where(c => !_stores.ContainsKey(c.Index)).DistinctBy(c => c.Index)];
            if (missing.Length > 0 || _count == null)
                Fill(missing);
            count = _count!.Value;
            return columns.DistinctBy(c => c.Index).ToDictionary(c => c.Index, c => _stores[c.Index]);
        }
    }

    private void Fill(DataViewSchema.Column[] columns)
    {
        Dictionary<int, ColumnStore> stores = columns.ToDictionary(c => c.Index, c => ColumnStore.Create(c.Type));
        int count = 0;
        try
        {
            using DataViewRowCursor cursor = _input.GetRowCursor(columns);
            Action<int>[] writers = [.. columns.Select(c => stores[c.Index].Writer(cursor, c))];
            for (; cursor.MoveNext(); count++)
            {
                foreach (Action<int> write in writers)
                    write(count);
            }
        }
        catch (Exception e)
        {
            throw new InvalidOperationException("Event we were waiting on was subject to an exception", e);
        }

        foreach ((int index, ColumnStore store) in stores)
            _stores[index] = store;
        _count = count;
    }
}
