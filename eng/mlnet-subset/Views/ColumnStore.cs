namespace Microsoft.ML.Data;

/// <summary>Values of one column kept in memory.</summary>
internal abstract class ColumnStore
{
    public static ColumnStore Create(DataViewType type) => (ColumnStore)Activator.CreateInstance(typeof(ColumnStore<>).MakeGenericType(type.RawType))!;

    /// <summary>An action that stores the row's value at a slot, at most one past the end.</summary>
    public abstract Action<int> Writer(DataViewRow row, DataViewSchema.Column column);

    public abstract void Move(int from, int to);

    /// <summary>A getter of the value in the slot that <paramref name="slot"/> names.</summary>
    public abstract Delegate Getter(Func<int> slot);
}

internal sealed class ColumnStore<T> : ColumnStore
{
    private readonly List<T> _values = [];

    public T this[int slot] => _values[slot];

    public override Action<int> Writer(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> get = row.GetGetter<T>(column);
        return slot =>
        {
            // A fresh value: the getter gives it buffers of its own.
            T value = default!;
            get(ref value);
            if (slot == _values.Count)
                _values.Add(value);
            else
                _values[slot] = value;
        };
    }

    public override void Move(int from, int to) => _values[to] = _values[from];

    public override Delegate Getter(Func<int> slot)
    {
        ValueCopy<T> copy = ValueCopy.For<T>();
        return (ValueGetter<T>)((ref T value) => copy(_values[slot()], ref value));
    }
}
