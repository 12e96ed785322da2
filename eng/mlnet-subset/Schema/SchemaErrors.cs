namespace Microsoft.ML;

/// <summary>The exceptions for columns that are missing or have another type than needed.</summary>
internal static class SchemaErrors
{
    public static ArgumentOutOfRangeException Missing(string role, string column, string parameter = "inputSchema") =>
        new(parameter, $"Could not find {role} column '{column}'");

    public static ArgumentOutOfRangeException Mismatch(string role, string column, string expected, string actual, string parameter = "inputSchema") =>
        new(parameter, $"Schema mismatch for {role} column '{column}': expected {expected}, got {actual}");

    /// <summary>The column of the given name, or the exception that it is missing.</summary>
    public static DataViewSchema.Column Require(DataViewSchema schema, string role, string column) =>
        schema.GetColumnOrNull(column) ?? throw Missing(role, column);

    public static SchemaShape.Column Require(SchemaShape shape, string role, string column) =>
        shape.Find(column) ?? throw Missing(role, column);
}
