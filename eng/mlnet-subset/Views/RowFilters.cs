namespace Microsoft.ML.Data;

/// <summary>The filters of <see cref="DataOperationsCatalog"/>.</summary>
internal static class RowFilters
{
    public static IDataView ByRange(IDataView input, string columnName, double lowerBound, double upperBound)
    {
        DataViewSchema.Column column = input.Schema[columnName];
        if (column.Type is not NumberDataViewType)
            throw SchemaErrors.Mismatch("filter", columnName, "number", column.Type.ToString()!, nameof(columnName));
        if (column.Type.RawType != typeof(float) && column.Type.RawType != typeof(double))
            throw new ArgumentOutOfRangeException("Column", $"Column '{columnName}' does not have compatible type");
        if (!(lowerBound <= upperBound))
            throw new ArgumentOutOfRangeException(nameof(upperBound), "Must be less than lowerBound");
        return new FilteredView(input, [column], row =>
        {
            Func<double> value = Number(row, column);
            // NaN fails both comparisons and is dropped.
            return () => value() is var v && lowerBound <= v && v < upperBound;
        });
    }

    public static IDataView ByMissingValues(IDataView input, string[] columnNames)
    {
        if (columnNames == null || columnNames.Length == 0)
            throw new ArgumentOutOfRangeException("columns");
        DataViewSchema.Column[] columns = [.. columnNames.Select(name => WithMissingValues(input.Schema, name))];
        return new FilteredView(input, columns, row =>
        {
            Func<bool>[] missing = [.. columns.Select(c => Missing(row, c))];
            return () => !Array.Exists(missing, test => test());
        });
    }

    /// <summary>Reads a number column as double.</summary>
    public static Func<double> Number(DataViewRow row, DataViewSchema.Column column) =>
        Typed.Call<Func<double>>(Number<int>, [column.Type.RawType], row, column);

    private static Func<double> Number<T>(DataViewRow row, DataViewSchema.Column column)
        where T : System.Numerics.INumber<T>
    {
        ValueGetter<T> get = row.GetGetter<T>(column);
        T value = T.Zero;
        return () =>
        {
            get(ref value);
            return double.CreateChecked(value);
        };
    }

    private static Func<bool> Missing(DataViewRow row, DataViewSchema.Column column)
    {
        DataViewType type = column.Type is VectorDataViewType vector ? vector.ItemType : column.Type;
        return Typed.Call<Func<bool>>(Missing<int>, [type.RawType], row, column, type is KeyDataViewType);
    }

    private static DataViewSchema.Column WithMissingValues(DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = schema.GetColumnOrNull(name)
            ?? throw new ArgumentOutOfRangeException("Columns", $"Source column '{name}' not found");
        DataViewType type = column.Type is VectorDataViewType vector ? vector.ItemType : column.Type;
        return type is KeyDataViewType || type.RawType == typeof(float) || type.RawType == typeof(double)
            ? column
            : throw new ArgumentOutOfRangeException("Columns", $"Column '{name}' has type {column.Type} which does not support missing values, so we cannot filter on them");
    }

    private static Func<bool> Missing<T>(DataViewRow row, DataViewSchema.Column column, bool isKey)
        where T : System.Numerics.INumber<T>
    {
        bool IsMissing(T value) => isKey ? T.IsZero(value) : T.IsNaN(value);
        if (column.Type is not VectorDataViewType)
        {
            ValueGetter<T> get = row.GetGetter<T>(column);
            T value = T.Zero;
            return () =>
            {
                get(ref value);
                return IsMissing(value);
            };
        }

        ValueGetter<VBuffer<T>> getVector = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> values = default;
        return () =>
        {
            getVector(ref values);
            foreach (T value in values.GetValues())
            {
                if (IsMissing(value))
                    return true;
            }

            return isKey && !values.IsDense;
        };
    }
}
