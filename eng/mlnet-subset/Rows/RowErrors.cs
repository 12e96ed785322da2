namespace Microsoft.ML.Data;

/// <summary>The exceptions of row access.</summary>
internal static class RowErrors
{
    public static InvalidOperationException WrongGetterType(Type asked, Type held) =>
        new($"Invalid TValue in GetGetter: '{asked}', expected type: '{held}'.");

    public static InvalidOperationException WrongGetterType(Type asked, DataViewSchema.Column column) =>
        new($"Invalid TValue in GetGetter for column #{column.Name}: {column.Type}: '{asked}', expected type: '{column.Type.RawType}'.");

    public static ArgumentOutOfRangeException Inactive(DataViewSchema.Column column) =>
        new(nameof(column), "requested column not active");

    public static InvalidOperationException CannotBind(DataViewSchema.Column column, RowMember member) =>
        new($"Can't bind the IDataView column '{column.Name}' of type '{column.Type}' to field or property '{member.Info.Name}' of type '{member.Type.FullName}'.");
}
