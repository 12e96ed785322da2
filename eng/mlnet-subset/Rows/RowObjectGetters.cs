using System.Numerics;

namespace Microsoft.ML.Data;

/// <summary>Getters that read the columns from the members of a row object.</summary>
internal static class RowObjectGetters
{
    /// <summary>
    /// A <see cref="ValueGetter{T}"/> of the column's raw type. The member is read only when the getter is called, so a computed
    /// property costs nothing where nobody asks for it.
    /// </summary>
    public static Delegate Create<TRow>(SchemaDefinition.Column column, Func<TRow> current)
    {
        RowMember member = RowMember.Find(typeof(TRow), column.MemberName);
        Type raw = column.ColumnType.RawType;
        if (member.Type == typeof(string))
            return Text(member, current);
        if (member.Type.IsArray && ColumnTypes.VectorItem(member.Type) is { } item)
        {
            return item == typeof(string)
                ? TextVector(member, current)
                : Typed.Call<Delegate>(Array<TRow, int>, [typeof(TRow), item], member, current);
        }

        if (ColumnTypes.VectorItem(raw) is { } vectorItem)
            return Typed.Call<Delegate>(Vector<TRow, int>, [typeof(TRow), vectorItem], member, current);
        return column.ColumnType is KeyDataViewType key
            ? Typed.Call<Delegate>(Key<TRow, int>, [typeof(TRow), raw], member, current, key.Count)
            : Typed.Call<Delegate>(Direct<TRow, int>, [typeof(TRow), raw], member, current);
    }

    private static ValueGetter<T> Direct<TRow, T>(RowMember member, Func<TRow> current)
    {
        Func<TRow, T> read = member.Reader<TRow, T>();
        return (ref T value) => value = read(current());
    }

    // Objects count categories from zero, key columns from one; what is no category is missing. Items of vectors stay as they are.
    private static ValueGetter<T> Key<TRow, T>(RowMember member, Func<TRow> current, ulong count)
        where T : INumberBase<T>
    {
        Func<TRow, T> read = member.Reader<TRow, T>();
        return (ref T value) => value = read(current()) is var category && ulong.CreateChecked(category) < count ? category + T.One : T.Zero;
    }

    private static ValueGetter<ReadOnlyMemory<char>> Text<TRow>(RowMember member, Func<TRow> current)
    {
        Func<TRow, string?> read = member.Reader<TRow, string?>();
        return (ref ReadOnlyMemory<char> value) => value = read(current()).AsMemory();
    }

    private static ValueGetter<VBuffer<T>> Vector<TRow, T>(RowMember member, Func<TRow> current)
    {
        Func<TRow, VBuffer<T>> read = member.Reader<TRow, VBuffer<T>>();
        return (ref VBuffer<T> value) => read(current()).CopyTo(ref value);
    }

    private static ValueGetter<VBuffer<T>> Array<TRow, T>(RowMember member, Func<TRow> current)
    {
        Func<TRow, T[]?> read = member.Reader<TRow, T[]?>();
        return (ref VBuffer<T> value) =>
        {
            T[] array = read(current()) ?? [];
            VBuffer<T>.Copy(array, 0, ref value, array.Length);
        };
    }

    private static ValueGetter<VBuffer<ReadOnlyMemory<char>>> TextVector<TRow>(RowMember member, Func<TRow> current)
    {
        Func<TRow, string?[]?> read = member.Reader<TRow, string?[]?>();
        return (ref VBuffer<ReadOnlyMemory<char>> value) =>
        {
            string?[] array = read(current()) ?? [];
            VBufferEditor<ReadOnlyMemory<char>> editor = VBufferEditor.Create(ref value, array.Length);
            for (int i = 0; i < array.Length; i++)
                editor.Values[i] = array[i].AsMemory();
            value = editor.Commit();
        };
    }
}
