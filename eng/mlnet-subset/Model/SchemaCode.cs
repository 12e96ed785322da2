namespace Microsoft.ML.Data;

/// <summary>A schema with its annotations in a model file; columns of custom types are left out.</summary>
internal static class SchemaCode
{
    public static void Write(BinaryWriter writer, DataViewSchema schema)
    {
        DataViewSchema.Column[] columns = [.. schema.Where(c => ColumnTypeCode.CanWrite(c.Type))];
        writer.Write(columns.Length);
        foreach (DataViewSchema.Column column in columns)
        {
            writer.Write(column.Name);
            ColumnTypeCode.Write(writer, column.Type);
            DataViewSchema.Column[] annotations = [.. column.Annotations.Schema.Where(c => ColumnTypeCode.CanWrite(c.Type))];
            writer.Write(annotations.Length);
            foreach (DataViewSchema.Column annotation in annotations)
            {
                writer.Write(annotation.Name);
                ColumnTypeCode.Write(writer, annotation.Type);
                Typed.Call<object?>(WriteValue<int>, [annotation.Type.RawType], writer, column.Annotations, annotation.Name);
            }
        }
    }

    public static DataViewSchema Read(BinaryReader reader)
    {
        DataViewSchema.Builder builder = new();
        for (int count = reader.ReadInt32(); count > 0; count--)
        {
            string name = reader.ReadString();
            DataViewType type = ColumnTypeCode.Read(reader);
            DataViewSchema.Annotations.Builder annotations = new();
            for (int left = reader.ReadInt32(); left > 0; left--)
            {
                string kind = reader.ReadString();
                DataViewType annotationType = ColumnTypeCode.Read(reader);
                annotations.Add(kind, annotationType, Typed.Call<Delegate>(ReadValue<int>, [annotationType.RawType], reader));
            }

            builder.AddColumn(name, type, annotations.ToAnnotations());
        }

        return builder.ToSchema();
    }

    private static object? WriteValue<T>(BinaryWriter writer, DataViewSchema.Annotations annotations, string kind)
    {
        T value = default!;
        annotations.GetValue(kind, ref value);
        StateValue.Write(writer, value);
        return null;
    }

    private static ValueGetter<T> ReadValue<T>(BinaryReader reader)
    {
        T value = StateValue.Read<T>(reader);
        ValueCopy<T> copy = ValueCopy.For<T>();
        return (ref T destination) => copy(value, ref destination);
    }
}
