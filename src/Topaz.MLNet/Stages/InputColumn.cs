using Microsoft.ML;
using Microsoft.ML.Data;

namespace Topaz.MLNet;

/// <summary>A column that a stage reads.</summary>
internal sealed record InputColumn(string Name, ColumnKind Kind)
{
    /// <summary>Makes sure that the data have the column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of another type.</exception>
    public void Check(DataViewSchema schema)
    {
        DataViewType type = (schema.GetColumnOrNull(Name) ?? throw Missing("inputSchema")).Type;
        bool fits = Kind switch
        {
            ColumnKind.Micrograph => type is MicrographDataViewType,
            ColumnKind.Vector => type is VectorDataViewType vector && vector.ItemType == NumberDataViewType.Single,
            ColumnKind.Number => type == NumberDataViewType.Single,
            _ => type is TextDataViewType,
        };
        if (!fits)
            throw Mismatch("inputSchema", type.ToString());
    }

    /// <inheritdoc cref="Check(DataViewSchema)"/>
    public void Check(SchemaShape shape)
    {
        SchemaShape.Column column = shape.FirstOrDefault(column => column.Name == Name);
        if (column.Name is null)
            throw Missing("inputSchema");
        bool scalar = column.Kind == SchemaShape.Column.VectorKind.Scalar;
        bool fits = Kind switch
        {
            ColumnKind.Micrograph => scalar && column.ItemType is MicrographDataViewType,
            ColumnKind.Vector => !scalar && column.ItemType == NumberDataViewType.Single,
            ColumnKind.Number => scalar && column.ItemType == NumberDataViewType.Single,
            _ => scalar && column.ItemType is TextDataViewType,
        };
        if (!fits)
            throw Mismatch("inputSchema", scalar ? column.ItemType.ToString() : $"Vector<{column.ItemType}>");
    }

    private ArgumentOutOfRangeException Missing(string parameter) => new(parameter, $"Could not find input column '{Name}'" + (Kind == ColumnKind.Micrograph
        ? "; Cache, AppendCacheCheckpoint and ShuffleRows leave images out: append LoadMicrographs to them"
        : ""));

    private ArgumentOutOfRangeException Mismatch(string parameter, string? got)
    {
        string expected = Kind switch
        {
            ColumnKind.Micrograph => "Micrograph",
            ColumnKind.Vector => "Vector<Single>",
            ColumnKind.Number => "Single",
            _ => "String",
        };
        return new(parameter, $"Schema mismatch for input column '{Name}': expected {expected}, got {got}");
    }
}

/// <summary>Types of columns that stages read.</summary>
internal enum ColumnKind
{
    Micrograph,
    Vector,
    Number,
    Text,
}
