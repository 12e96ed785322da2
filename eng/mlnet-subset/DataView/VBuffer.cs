using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Microsoft.ML.Data;

/// <summary>
/// A vector, dense or sparse, whose arrays are reused from row to row. Copies of the structure share them: use
/// <see cref="CopyTo(ref VBuffer{T})"/> to keep a value beyond its row.
/// </summary>
public readonly struct VBuffer<T> : IEnumerable
{
    internal readonly T[]? StoredValues;
    internal readonly int[]? StoredIndices;
    internal readonly int Count;

    /// <summary>The logical length; a sparse vector stores fewer values.</summary>
    public readonly int Length;

    public VBuffer(int length, T[]? values, int[]? indices = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Require((values?.Length ?? 0) >= length, nameof(values));
        (Length, Count, StoredValues, StoredIndices) = (length, length, values, indices);
    }

    public VBuffer(int length, int count, T[]? values, int[]? indices)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if ((uint)count > (uint)length)
            throw new ArgumentOutOfRangeException(nameof(count));
        Require((values?.Length ?? 0) >= count, nameof(values));
        Require(count == length || (indices?.Length ?? 0) >= count, nameof(indices));
        (Length, Count, StoredValues, StoredIndices) = (length, count, values, indices);
    }

    public bool IsDense => Count == Length;

    /// <summary>The stored values: all of a dense vector, the explicit ones of a sparse vector.</summary>
    public ReadOnlySpan<T> GetValues() => StoredValues.AsSpan(0, Count);

    /// <summary>The indices of the stored values in a sparse vector; empty in a dense one.</summary>
    public ReadOnlySpan<int> GetIndices() => IsDense ? default : StoredIndices.AsSpan(0, Count);

    public void CopyTo(ref VBuffer<T> destination)
    {
        VBufferEditor<T> editor = VBufferEditor.Create(ref destination, Length, Count);
        GetValues().CopyTo(editor.Values);
        GetIndices().CopyTo(editor.Indices);
        destination = editor.Commit();
    }

    public void CopyTo(Span<T> destination) => CopyTo(destination, 0);

    public void CopyTo(Span<T> destination, int destinationIndex, T defaultValue = default!)
    {
        if ((uint)destinationIndex > (uint)destination.Length || destination.Length - destinationIndex < Length)
            throw new ArgumentOutOfRangeException(nameof(destination), "Not large enough to hold these values.");
        Span<T> target = destination.Slice(destinationIndex, Length);
        if (IsDense)
        {
            GetValues().CopyTo(target);
            return;
        }

        target.Fill(defaultValue);
        for (int i = 0; i < Count; i++)
            target[StoredIndices![i]] = StoredValues![i];
    }

    public static void Copy(T[] source, int sourceIndex, ref VBuffer<T> destination, int length)
    {
        VBufferEditor<T> editor = VBufferEditor.Create(ref destination, length);
        source.AsSpan(sourceIndex, length).CopyTo(editor.Values);
        destination = editor.Commit();
    }

    /// <summary>Index and value of the stored items, or of all items.</summary>
    public IEnumerable<KeyValuePair<int, T>> Items(bool all = false)
    {
        int stored = 0;
        for (int i = 0; i < Length; i++)
        {
            bool isStored = stored < Count && (IsDense || StoredIndices![stored] == i);
            if (isStored || all)
                yield return KeyValuePair.Create(i, isStored ? StoredValues![stored] : default!);
            if (isStored)
                stored++;
        }
    }

    public IEnumerable<T> DenseValues()
    {
        foreach ((int _, T value) in Items(all: true))
            yield return value;
    }

    public T GetItemOrDefault(int index)
    {
        if ((uint)index >= (uint)Length)
            throw new ArgumentOutOfRangeException(nameof(index));
        if (IsDense)
            return StoredValues![index];
        int stored = GetIndices().BinarySearch(index);
        return stored < 0 ? default! : StoredValues![stored];
    }

    public override string ToString() => IsDense ? $"Dense vector of size {Length}" : $"Sparse vector of size {Length}, {Count} explicit values";

    public IEnumerator GetEnumerator() => DenseValues().GetEnumerator();

    private static void Require([DoesNotReturnIf(false)] bool condition, string name)
    {
        if (!condition)
            throw new ArgumentOutOfRangeException(name);
    }
}
