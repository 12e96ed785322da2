namespace Microsoft.ML.Data;

/// <summary>Writes the columns of a row into the members of a row object.</summary>
internal sealed class RowObjectFiller<TRow>
{
    private readonly Action<TRow>[] _fill;

    public RowObjectFiller(DataViewRow row, RowObjectColumns columns) =>
        _fill = [.. columns.Bound.Select(b => Filler(row, b.Column, b.Member))];

    public void Fill(TRow target)
    {
        foreach (Action<TRow> fill in _fill)
            fill(target);
    }

    private static Action<TRow> Filler(DataViewRow row, DataViewSchema.Column column, RowMember member)
    {
        if (member.Type == typeof(string))
            return Text(row, column, member);
        if (member.Type.IsArray && ColumnTypes.VectorItem(member.Type) is { } item)
        {
            return item == typeof(string)
                ? TextArray(row, column, member)
                : Typed.Call<Action<TRow>>(Array<int>, [item], row, column, member);
        }

        return ColumnTypes.VectorItem(column.Type.RawType) is { } vectorItem
            ? Typed.Call<Action<TRow>>(Vector<int>, [vectorItem], row, column, member)
            : Typed.Call<Action<TRow>>(Direct<int>, [column.Type.RawType], row, column, member);
    }

    private static Action<TRow> Direct<T>(DataViewRow row, DataViewSchema.Column column, RowMember member)
    {
        ValueGetter<T> get = row.GetGetter<T>(column);
        Action<TRow, T> write = member.Writer<TRow, T>();
        return target =>
        {
            T value = default!;
            get(ref value);
            write(target, value);
        };
    }

    private static Action<TRow> Text(DataViewRow row, DataViewSchema.Column column, RowMember member)
    {
        ValueGetter<ReadOnlyMemory<char>> get = row.GetGetter<ReadOnlyMemory<char>>(column);
        Action<TRow, string> write = member.Writer<TRow, string>();
        return target =>
        {
            ReadOnlyMemory<char> value = default;
            get(ref value);
            write(target, value.ToString());
        };
    }

    // The object's own buffer goes into the getter, so that rows which are reused do not allocate.
    private static Action<TRow> Vector<T>(DataViewRow row, DataViewSchema.Column column, RowMember member)
    {
        ValueGetter<VBuffer<T>> get = row.GetGetter<VBuffer<T>>(column);
        Func<TRow, VBuffer<T>> read = member.Reader<TRow, VBuffer<T>>();
        Action<TRow, VBuffer<T>> write = member.Writer<TRow, VBuffer<T>>();
        return target =>
        {
            VBuffer<T> value = read(target);
            get(ref value);
            write(target, value);
        };
    }

    private static Action<TRow> Array<T>(DataViewRow row, DataViewSchema.Column column, RowMember member)
    {
        ValueGetter<VBuffer<T>> get = row.GetGetter<VBuffer<T>>(column);
        Func<TRow, T[]?> read = member.Reader<TRow, T[]?>();
        Action<TRow, T[]> write = member.Writer<TRow, T[]>();
        VBuffer<T> value = default;
        return target =>
        {
            get(ref value);
            T[]? array = read(target);
            // A null array is as good as an empty one and stays.
            if ((array?.Length ?? 0) != value.Length)
                array = new T[value.Length];
            value.CopyTo(array);
            write(target, array!);
        };
    }

    private static Action<TRow> TextArray(DataViewRow row, DataViewSchema.Column column, RowMember member)
    {
        ValueGetter<VBuffer<ReadOnlyMemory<char>>> get = row.GetGetter<VBuffer<ReadOnlyMemory<char>>>(column);
        Func<TRow, string[]?> read = member.Reader<TRow, string[]?>();
        Action<TRow, string[]> write = member.Writer<TRow, string[]>();
        VBuffer<ReadOnlyMemory<char>> value = default;
        return target =>
        {
            get(ref value);
            if (value.Length > 0 || read(target) != null)
                write(target, [.. value.DenseValues().Select(text => text.ToString())]);
        };
    }
}
