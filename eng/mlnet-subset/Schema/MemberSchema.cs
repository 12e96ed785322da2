namespace Microsoft.ML.Data;

/// <summary>Lays a schema over the members of a row class.</summary>
internal static class MemberSchema
{
    /// <summary>The class's definition with the types and annotations of the columns of the schema that have the same names.</summary>
    public static SchemaDefinition Definition(Type rowType, DataViewSchema schema)
    {
        SchemaDefinition definition = SchemaDefinition.Create(rowType, SchemaDefinition.Direction.Read);
        foreach (DataViewSchema.Column given in schema)
        {
            SchemaDefinition.Column column = definition[given.Name]
                ?? throw new InvalidOperationException($"Type should contain a member named {given.Name}");
            column.ColumnType = given.Type;
            column.AddAnnotations(given.Annotations);
        }

        return definition;
    }
}
