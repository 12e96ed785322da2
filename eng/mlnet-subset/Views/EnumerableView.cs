namespace Microsoft.ML.Data;

/// <summary>The objects of an enumerable as rows; enumerated again by each cursor.</summary>
internal sealed class EnumerableView<TRow>(IEnumerable<TRow> data, ObjectRowSource<TRow> source) : IDataView
    where TRow : class
{
    public bool CanShuffle => data is IList<TRow>;

    public DataViewSchema Schema => source.Schema;

    public long? GetRowCount() => (data as ICollection<TRow>)?.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(this, columnsNeeded, rand);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private IEnumerable<(TRow Row, long Index)> Rows(Random? rand)
    {
        if (rand == null || data is not IList<TRow> list)
            return data.Select((row, i) => (row, (long)i));
        int[] order = [.. Enumerable.Range(0, list.Count)];
        rand.Shuffle(order);
        return order.Select(i => (list[i], (long)i));
    }

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly IEnumerator<(TRow Row, long Index)> _rows;
        private readonly Delegate?[] _getters;
        private long _position = -1;

        public Cursor(EnumerableView<TRow> view, IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand)
        {
            Schema = view.Schema;
            _rows = view.Rows(rand).GetEnumerator();
            _getters = new Delegate?[Schema.Count];
            foreach (DataViewSchema.Column column in columnsNeeded)
                _getters[column.Index] = view.Source.CreateGetter(column.Index, () => _rows.Current.Row);
        }

        public override long Position => _position;

        public override long Batch => 0;

        public override DataViewSchema Schema { get; }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_rows.Current.Index, 0);

        public override bool IsColumnActive(DataViewSchema.Column column) => _getters[column.Index] != null;

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            (_getters[column.Index] ?? throw RowErrors.Inactive(column)) as ValueGetter<TValue>
            ?? throw RowErrors.WrongGetterType(typeof(TValue), column.Type.RawType);

        public override bool MoveNext()
        {
            if (!_rows.MoveNext())
                return false;
            _position++;
            return true;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _rows.Dispose();
        }
    }

    private ObjectRowSource<TRow> Source => source;
}
