namespace Microsoft.ML.Data;

/// <summary>The vector that <see cref="ColumnConcatenatingTransformer"/> adds.</summary>
internal sealed class ConcatenatedColumn : ColumnComputation
{
    private readonly DataViewSchema.Column[] _columns;
    private readonly VectorDataViewType _type;

    public ConcatenatedColumn(string output, DataViewSchema.Column[] columns)
    {
        _columns = columns;
        PrimitiveDataViewType item = ItemType(columns[0]);
        if (columns.FirstOrDefault(c => !ItemType(c).Equals(item)) is { Name: not null } other)
            throw SchemaErrors.Mismatch("input", other.Name, item.ToString()!, other.Type.ToString()!);
        bool variable = columns.Any(c => c.Type is VectorDataViewType { IsKnownSize: false });
        _type = new VectorDataViewType(item, variable ? 0 : columns.Sum(c => c.Type is VectorDataViewType v ? v.Size : 1));
        Outputs = [new DataViewSchema.DetachedColumn(output, _type, variable ? null : SlotNames.OfConcatenation(columns, _type.Size))];
    }

    public override IReadOnlyList<int> Inputs => [.. _columns.Select(c => c.Index)];

    public override IReadOnlyList<DataViewSchema.DetachedColumn> Outputs { get; }

    public override Delegate[] CreateGetters(DataViewRow input) => [Typed.Call<Delegate>(Joined<int>, [_type.ItemType.RawType], input)];

    private static PrimitiveDataViewType ItemType(DataViewSchema.Column column) => column.Type switch
    {
        VectorDataViewType vector => vector.ItemType,
        PrimitiveDataViewType primitive => primitive,
        _ => throw SchemaErrors.Mismatch("input", column.Name, "a vector or a primitive type", column.Type.ToString()!),
    };

    private ValueGetter<VBuffer<T>> Joined<T>(DataViewRow input)
    {
        ValueGetter<VBuffer<T>>[] parts = [.. _columns.Select(c => Part<T>(input, c))];
        VBuffer<T>[] values = new VBuffer<T>[parts.Length];
        return (ref VBuffer<T> destination) =>
        {
            int length = 0;
            for (int i = 0; i < parts.Length; i++)
            {
                parts[i](ref values[i]);
                length += values[i].Length;
            }

            VBufferEditor<T> editor = VBufferEditor.Create(ref destination, length);
            int at = 0;
            foreach (VBuffer<T> value in values)
            {
                value.CopyTo(editor.Values.Slice(at, value.Length));
                at += value.Length;
            }

            destination = editor.Commit();
        };
    }

    private static ValueGetter<VBuffer<T>> Part<T>(DataViewRow input, DataViewSchema.Column column)
    {
        if (column.Type is VectorDataViewType)
            return input.GetGetter<VBuffer<T>>(column);
        ValueGetter<T> get = input.GetGetter<T>(column);
        return (ref VBuffer<T> destination) =>
        {
            VBufferEditor<T> editor = VBufferEditor.Create(ref destination, 1);
            get(ref editor.Values[0]);
            destination = editor.Commit();
        };
    }
}
