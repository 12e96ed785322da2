namespace Microsoft.ML.Data;

/// <summary>A cursor over slots of column stores, in the order that an enumeration gives.</summary>
internal sealed class StoredCursor : DataViewRowCursor
{
    private readonly IEnumerator<int> _slots;
    private readonly Delegate?[] _getters;
    private readonly IDisposable? _source;
    private long _position = -1;

    public StoredCursor(DataViewSchema schema, IReadOnlyDictionary<int, ColumnStore> stores, IEnumerable<int> slots, IDisposable? source = null)
    {
        Schema = schema;
        _slots = slots.GetEnumerator();
        _source = source;
        _getters = [.. schema.Select(c => stores.TryGetValue(c.Index, out ColumnStore? store) ? store.Getter(() => _slots.Current) : null)];
    }

    public override long Position => _position;

    public override long Batch => 0;

    public override DataViewSchema Schema { get; }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_slots.Current, 0);

    public override bool IsColumnActive(DataViewSchema.Column column) => _getters[column.Index] != null;

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        (_getters[column.Index] ?? throw RowErrors.Inactive(column)) as ValueGetter<TValue>
        ?? throw RowErrors.WrongGetterType(typeof(TValue), column.Type.RawType);

    public override bool MoveNext()
    {
        if (!_slots.MoveNext())
            return false;
        _position++;
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        _slots.Dispose();
        _source?.Dispose();
    }
}
