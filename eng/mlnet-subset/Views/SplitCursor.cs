namespace Microsoft.ML.Data;

/// <summary>One of several cursors that draw batches of rows from one source, each batch into a store of its own.</summary>
internal sealed class SplitCursor : DataViewRowCursor
{
    private readonly Shared _shared;
    private readonly Dictionary<int, ColumnStore> _stores;
    private readonly Delegate?[] _getters;
    private readonly Action<int>[] _writers;
    private int _slot = -1, _count;
    private long _batch = -1;

    private SplitCursor(Shared shared, IReadOnlyList<DataViewSchema.Column> columns)
    {
        _shared = shared;
        _stores = columns.ToDictionary(c => c.Index, c => ColumnStore.Create(c.Type));
        _writers = [.. columns.Select(c => _stores[c.Index].Writer(shared.Source, c))];
        _getters = [.. Schema.Select(c => _stores.TryGetValue(c.Index, out ColumnStore? store) ? store.Getter(() => _slot) : null)];
    }

    public override long Position => _slot < 0 ? -1 : _batch * RowBatch.Size + _slot;

    public override long Batch => _batch;

    public override DataViewSchema Schema => _shared.Source.Schema;

    public static DataViewRowCursor[] Split(DataViewRowCursor source, IReadOnlyList<DataViewSchema.Column> columns, int n)
    {
        Shared shared = new(source, n);
        return [.. Enumerable.Range(0, n).Select(_ => new SplitCursor(shared, columns))];
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)Position, 0);

    public override bool IsColumnActive(DataViewSchema.Column column) => _getters[column.Index] != null;

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        (_getters[column.Index] ?? throw RowErrors.Inactive(column)) as ValueGetter<TValue> ?? throw RowErrors.WrongGetterType(typeof(TValue), column);

    public override bool MoveNext()
    {
        if (++_slot < _count)
            return true;
        (_batch, _count) = _shared.Read(_writers);
        _slot = _count > 0 ? 0 : -1;
        return _count > 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _shared.Release();
    }

    private sealed class Shared(DataViewRowCursor source, int users)
    {
        private readonly Lock _gate = new();
        private int _users = users;
        private long _batches;
        private bool _done;

        public DataViewRowCursor Source => source;

        /// <summary>Writes the next batch through the writers; gives its number and its count of rows, 0 at the end.</summary>
        public (long Batch, int Count) Read(Action<int>[] writers)
        {
            lock (_gate)
            {
                int count = 0;
                try
                {
                    while (!_done && count < RowBatch.Size)
                    {
                        if (_done = !source.MoveNext())
                            break;
                        foreach (Action<int> write in writers)
                            write(count);
                        count++;
                    }
                }
                catch (Exception e)
                {
                    _done = true;
                    throw RowBatch.WorkerError(e);
                }

                return (_batches++, count);
            }
        }

        public void Release()
        {
            if (Interlocked.Decrement(ref _users) == 0)
                source.Dispose();
        }
    }
}
