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
        if (column.Index >= data.Schema.Count || !IsSame(data.Schema[column.Index], column))
            throw new ArgumentOutOfRangeException(nameof(column), $"column with name {column.Name}, type {column.Type}, and index {column.Index} cannot be found in data");
        Func<DataViewRow, Func<T>> reader = ColumnReader.Create<T>(column);
        return Values(data, column, reader);
    }

    // By reference, as in the original: an equal column of another schema passes only where it shares the type object.
    private static bool IsSame(DataViewSchema.Column own, DataViewSchema.Column column) =>
        own.Name == column.Name && ReferenceEquals(own.Type, column.Type) && ReferenceEquals(own.Annotations, column.Annotations);

    private static IEnumerable<T> Values<T>(IDataView data, DataViewSchema.Column column, Func<DataViewRow, Func<T>> reader)
    {
        using DataViewRowCursor cursor = data.GetRowCursor([column]);
        Func<T> read = reader(cursor);
        while (cursor.MoveNext())
            yield return read();
    }
}
