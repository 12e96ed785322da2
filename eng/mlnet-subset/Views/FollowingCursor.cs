namespace Microsoft.ML.Data;

/// <summary>A cursor that shows a row which follows another cursor, of all its rows or of those that pass a test.</summary>
internal sealed class FollowingCursor(DataViewRowCursor input, DataViewRow row, Func<bool>? accept = null) : DataViewRowCursor
{
    private long _position = -1;
    private bool _disposed;

    public override long Position => _position;

    public override long Batch => row.Batch;

    public override DataViewSchema Schema => row.Schema;

    public override ValueGetter<DataViewRowId> GetIdGetter() => row.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => row.IsColumnActive(column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => row.GetGetter<TValue>(column);

    public override bool MoveNext()
    {
        while (input.MoveNext())
        {
            if (accept != null && !accept())
                continue;
            _position++;
            return true;
        }

        _position = -1;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        // The row disposes of its input as well: without this each of a chain's stages would double the calls.
        if (!disposing || _disposed)
            return;
        _disposed = true;
        row.Dispose();
        input.Dispose();
    }
}
