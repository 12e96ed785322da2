namespace Microsoft.ML.Data;

/// <summary>The objects of an enumerable as rows; enumerated again by each cursor.</summary>
internal sealed class EnumerableView<TRow>(IEnumerable<TRow> data, ObjectRowSource<TRow> source) : IDataView
    where TRow : class
{
    public bool CanShuffle => false;

    public DataViewSchema Schema => source.Schema;

    public long? GetRowCount() => (data as ICollection<TRow>)?.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(data, source, columnsNeeded);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly IEnumerator<TRow> _rows;
        private readonly Delegate?[] _getters;
        private long _position = -1;
        private bool _disposed;

        public Cursor(IEnumerable<TRow> data, ObjectRowSource<TRow> source, IEnumerable<DataViewSchema.Column> columnsNeeded)
        {
            Schema = source.Schema;
            _rows = data.GetEnumerator();
            _getters = new Delegate?[Schema.Count];
            ArgumentNullException.ThrowIfNull(columnsNeeded);
            foreach (DataViewSchema.Column column in columnsNeeded)
            {
                if (column.Index >= Schema.Count || Schema[column.Index].Name != column.Name)
                    throw new InvalidOperationException($"The requested column: {column} is not part of the sourceSchema");
                _getters[column.Index] = source.CreateGetter(column.Index, () => _rows.Current);
            }
        }

        public override long Position => _position;

        public override long Batch => 0;

        public override DataViewSchema Schema { get; }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

        public override bool IsColumnActive(DataViewSchema.Column column) => _getters[column.Index] != null;

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            (_getters[column.Index] ?? throw RowErrors.Inactive(column)) as ValueGetter<TValue>
            ?? throw RowErrors.WrongGetterType(typeof(TValue), column);

        public override bool MoveNext()
        {
            if (_disposed || !_rows.MoveNext())
            {
                _position = -1;
                return false;
            }

            if (_rows.Current == null)
                throw new InvalidOperationException("Encountered null when iterating over data, this is not supported.");
            _position++;
            return true;
        }

        protected override void Dispose(bool disposing)
        {
            if (!disposing)
                return;
            _disposed = true;
            _rows.Dispose();
        }
    }
}
