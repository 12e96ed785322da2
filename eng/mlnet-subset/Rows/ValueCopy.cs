namespace Microsoft.ML.Data;

/// <summary>Copies a value so that the copy shares no buffers with the original.</summary>
internal delegate void ValueCopy<T>(in T source, ref T destination);

internal static class ValueCopy
{
    public static ValueCopy<T> For<T>() => ColumnTypes.VectorItem(typeof(T)) is { } item && !typeof(T).IsArray
        ? Typed.Call<ValueCopy<T>>(Vector<int>, [item])
        : (in source, ref destination) => destination = source;

    private static ValueCopy<VBuffer<T>> Vector<T>() => (in source, ref destination) => source.CopyTo(ref destination);
}
