namespace Microsoft.ML.Data;

/// <summary>Which columns can be kept in memory: those of custom types cannot, as in the original.</summary>
internal static class StoredColumns
{
    public static bool CanStore(DataViewType type) => type is PrimitiveDataViewType or VectorDataViewType;

    /// <summary>The data view without the columns that cannot be kept.</summary>
    public static IDataView Of(IDataView input) => input.Schema.All(c => CanStore(c.Type))
        ? input
        : new MappedView(input, RowMapper.Picking(input.Schema, input.Schema.Where(c => CanStore(c.Type))));
}
