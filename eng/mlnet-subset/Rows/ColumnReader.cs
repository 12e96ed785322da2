namespace Microsoft.ML.Data;

/// <summary>Reads a column as a .NET type. Arrays are fresh for each row; vectors share their buffers with the next.</summary>
internal static class ColumnReader
{
    public static Func<DataViewRow, Func<T>> Create<T>(DataViewSchema.Column column)
    {
        Type raw = column.Type.RawType;
        if (typeof(T) == raw)
            return row => Direct<T>(row, column);
        if (typeof(T) == typeof(string) && column.Type is TextDataViewType)
            return row => (Func<T>)(object)Text(row, column);
        if (typeof(T).IsArray && ColumnTypes.VectorItem(raw) is { } item)
        {
            if (typeof(T).GetElementType() == item)
                return row => Typed.Call<Func<T>>(Array<int>, [item], row, column);
            if (typeof(T) == typeof(string[]) && item == typeof(ReadOnlyMemory<char>))
                return row => (Func<T>)(object)TextArray(row, column);
        }

        throw new ArgumentOutOfRangeException(nameof(column), $"Cannot map column (name: {column.Name}, type: {column.Type}) in data to the user-defined type, {typeof(T)}.");
    }

    private static Func<T> Direct<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> get = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            get(ref value);
            return value;
        };
    }

    private static Func<string> Text(DataViewRow row, DataViewSchema.Column column)
    {
        Func<ReadOnlyMemory<char>> read = Direct<ReadOnlyMemory<char>>(row, column);
        return () => read().ToString();
    }

    private static Func<T[]> Array<T>(DataViewRow row, DataViewSchema.Column column)
    {
        Func<VBuffer<T>> read = Direct<VBuffer<T>>(row, column);
        return () => [.. read().DenseValues()];
    }

    private static Func<string[]> TextArray(DataViewRow row, DataViewSchema.Column column)
    {
        Func<VBuffer<ReadOnlyMemory<char>>> read = Direct<VBuffer<ReadOnlyMemory<char>>>(row, column);
        return () => [.. read().DenseValues().Select(text => text.ToString())];
    }
}
