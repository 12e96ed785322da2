namespace Microsoft.ML.Data;

/// <summary>Lays a schema over the members of a row class.</summary>
internal static class MemberSchema
{
    /// <summary>The class's definition with the types and annotations of the columns of the schema that have the same names.</summary>
    public static SchemaDefinition Definition(Type rowType, DataViewSchema schema)
    {
        SchemaDefinition definition = SchemaDefinition.Create(rowType, SchemaDefinition.Direction.Read);
        foreach (SchemaDefinition.Column column in definition)
        {
            if (schema.GetColumnOrNull(column.ColumnName) is not { } given)
                continue;
            column.ColumnType = given.Type;
            column.AddAnnotations(given.Annotations);
        }

        return definition;
    }
}
