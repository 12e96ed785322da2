namespace Microsoft.ML.Data;

/// <summary>The annotation that names the items of a vector column.</summary>
internal static class SlotNames
{
    public const string Kind = "SlotNames";

    public static SchemaShape Shape { get; } = new([new SchemaShape.Column(Kind, new VectorDataViewType(TextDataViewType.Instance, 1))]);

    /// <summary>Scalars give their names, vectors their names before those of their slots; null where nobody has a name.</summary>
    public static DataViewSchema.Annotations? OfConcatenation(DataViewSchema.Column[] columns, int size)
    {
        if (!Array.Exists(columns, c => c.Type is not VectorDataViewType || c.HasSlotNames()))
            return null;
        ReadOnlyMemory<char>[] names = [.. columns.SelectMany(Names)];
        DataViewSchema.Annotations.Builder builder = new();
        builder.Add(Kind, new VectorDataViewType(TextDataViewType.Instance, size),
            (ref VBuffer<ReadOnlyMemory<char>> destination) => VBuffer<ReadOnlyMemory<char>>.Copy(names, 0, ref destination, names.Length));
        return builder.ToAnnotations();
    }

    private static IEnumerable<ReadOnlyMemory<char>> Names(DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType vector)
            return [column.Name.AsMemory()];
        if (!column.HasSlotNames())
            return Enumerable.Repeat(ReadOnlyMemory<char>.Empty, vector.Size);
        VBuffer<ReadOnlyMemory<char>> slots = default;
        column.GetSlotNames(ref slots);
        return slots.DenseValues().Select(slot => $"{column.Name}.{slot}".AsMemory());
    }
}

public static class SchemaAnnotationsExtensions
{
    public static bool HasSlotNames(this DataViewSchema.Column column) =>
        column.Type is VectorDataViewType { IsKnownSize: true } && column.Annotations.Schema.GetColumnOrNull(SlotNames.Kind) != null;

    public static void GetSlotNames(this DataViewSchema.Column column, ref VBuffer<ReadOnlyMemory<char>> slotNames) =>
        column.Annotations.GetValue(SlotNames.Kind, ref slotNames);
}
