namespace Microsoft.ML.Data;

/// <summary>Opens a <see cref="VBuffer{T}"/> for writing, reusing its arrays where they are long enough.</summary>
public static class VBufferEditor
{
    public static VBufferEditor<T> Create<T>(ref VBuffer<T> destination, int newLogicalLength, int? valuesCount = null,
        int? maxValuesCapacity = null, bool keepOldOnResize = false, bool requireIndicesOnDense = false)
    {
        if (newLogicalLength < 0)
            throw new ArgumentOutOfRangeException(nameof(newLogicalLength), "Must be non-negative.");
        int count = valuesCount ?? newLogicalLength;
        if ((uint)count > (uint)newLogicalLength)
            throw new ArgumentOutOfRangeException(nameof(valuesCount), "If specified, must be no greater than newLogicalLength");
        int capacity = maxValuesCapacity ?? newLogicalLength;
        T[]? values = Fit(destination.StoredValues, count, capacity, keepOldOnResize, out bool newValues);
        int indexCount = requireIndicesOnDense || count < newLogicalLength ? count : 0;
        int[]? indices = Fit(destination.StoredIndices, indexCount, capacity, keepOldOnResize, out bool newIndices);
        return new VBufferEditor<T>(newLogicalLength, count, values, indices, indexCount, newValues, newIndices);
    }

    // Grows by doubling, up to the capacity that the caller expects to need at most.
    private static TItem[]? Fit<TItem>(TItem[]? old, int count, int capacity, bool keep, out bool created)
    {
        int length = old?.Length ?? 0;
        created = count > length;
        if (!created)
            return old;
        TItem[] grown = new TItem[Math.Max(count, Math.Min(capacity, Math.Max(4, 2 * length)))];
        if (keep)
            old.AsSpan().CopyTo(grown);
        return grown;
    }
}

/// <summary>The writable arrays of a vector; <see cref="Commit"/> gives the vector.</summary>
public readonly ref struct VBufferEditor<T>
{
    private readonly int _length;
    private readonly T[]? _values;
    private readonly int[]? _indices;

    public readonly Span<T> Values;
    public readonly Span<int> Indices;

    internal VBufferEditor(int length, int count, T[]? values, int[]? indices, int indexCount, bool createdNewValues, bool createdNewIndices)
    {
        (_length, _values, _indices) = (length, values, indices);
        Values = values.AsSpan(0, count);
        Indices = indices.AsSpan(0, indexCount);
        CreatedNewValues = createdNewValues;
        CreatedNewIndices = createdNewIndices;
    }

    public bool CreatedNewValues { get; }

    public bool CreatedNewIndices { get; }

    public VBuffer<T> Commit() => new(_length, Values.Length, _values, _indices);
}
