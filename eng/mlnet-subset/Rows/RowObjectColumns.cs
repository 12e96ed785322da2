namespace Microsoft.ML.Data;

/// <summary>Which columns of a schema fill which members of a row class.</summary>
internal sealed class RowObjectColumns
{
    public RowObjectColumns(DataViewSchema schema, Type rowType, SchemaDefinition? definition, bool ignoreMissing)
    {
        foreach (SchemaDefinition.Column wanted in definition ?? SchemaDefinition.Create(rowType, SchemaDefinition.Direction.Write))
        {
            RowMember member = RowMember.Find(rowType, wanted.MemberName);
            if (schema.GetColumnOrNull(wanted.ColumnName) is not { } column)
            {
                if (ignoreMissing)
                    continue;
                throw new ArgumentOutOfRangeException("Schema", $"Could not find  column '{wanted.ColumnName}'");
            }

            if (!Fits(column.Type, member.Type))
                throw RowErrors.CannotBind(column, member);
            Bound.Add((column, member));
        }
    }

    public List<(DataViewSchema.Column Column, RowMember Member)> Bound { get; } = [];

    public IEnumerable<DataViewSchema.Column> Columns => Bound.Select(b => b.Column);

    /// <summary>Whether a member of this .NET type can hold the values of a column.</summary>
    public static bool Fits(DataViewType columnType, Type memberType)
    {
        Type raw = columnType.RawType;
        if (ColumnTypes.VectorItem(raw) is { } rawItem)
            return ColumnTypes.VectorItem(memberType) is { } item && (item == typeof(string) ? typeof(ReadOnlyMemory<char>) : item) == rawItem;
        return (memberType == typeof(string) ? typeof(ReadOnlyMemory<char>) : memberType) == raw;
    }
}
