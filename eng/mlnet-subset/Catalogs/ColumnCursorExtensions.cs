namespace Microsoft.ML.Data;

public static class ColumnCursorExtensions
{
    /// <summary>The values of a column; text also as string, vectors also as arrays.</summary>
    public static IEnumerable<T> GetColumn<T>(this IDataView data, string columnName)
    {
        ArgumentNullException.ThrowIfNull(data);
        return data.GetColumn<T>(data.Schema[columnName]);
    }

    public static IEnumerable<T> GetColumn<T>(this IDataView data, DataViewSchema.Column column)
    {
        ArgumentNullException.ThrowIfNull(data);
        Func<DataViewRow, Func<T>> reader = ColumnReader.Create<T>(column);
        return Values(data, column, reader);
    }

    private static IEnumerable<T> Values<T>(IDataView data, DataViewSchema.Column column, Func<DataViewRow, Func<T>> reader)
    {
        using DataViewRowCursor cursor = data.GetRowCursor([column]);
        Func<T> read = reader(cursor);
        while (cursor.MoveNext())
            yield return read();
    }
}
