namespace Microsoft.ML.Data;

/// <summary>A cursor over slots of column stores, in the order and with the batch numbers that an enumeration gives.</summary>
internal sealed class StoredCursor : DataViewRowCursor
{
    private readonly IEnumerator<(int Slot, long Batch)> _slots;
    private readonly Delegate?[] _getters;
    private readonly IDisposable? _source;
    private long _position = -1;

    public StoredCursor(DataViewSchema schema, IReadOnlyDictionary<int, ColumnStore> stores, IEnumerable<(int Slot, long Batch)> slots, IDisposable? source = null)
    {
        Schema = schema;
        _slots = slots.GetEnumerator();
        _source = source;
        _getters = [.. schema.Select(c => stores.TryGetValue(c.Index, out ColumnStore? store) ? store.Getter(() => _slots.Current.Slot) : null)];
    }

    public override long Position => _position;

    public override long Batch => _slots.Current.Batch;

    public override DataViewSchema Schema { get; }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_slots.Current.Slot, 0);

    public override bool IsColumnActive(DataViewSchema.Column column) => _getters[column.Index] != null;

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        (_getters[column.Index] ?? throw RowErrors.Inactive(column)) as ValueGetter<TValue>
        ?? throw RowErrors.WrongGetterType(typeof(TValue), column);

    public override bool MoveNext()
    {
        bool moved = _slots.MoveNext();
        _position = moved ? _position + 1 : -1;
        return moved;
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        _slots.Dispose();
        _source?.Dispose();
    }
}
