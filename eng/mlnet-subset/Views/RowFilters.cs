namespace Microsoft.ML.Data;

/// <summary>The filters of <see cref="DataOperationsCatalog"/>.</summary>
internal static class RowFilters
{
    public static IDataView ByRange(IDataView input, string columnName, double lowerBound, double upperBound)
    {
        DataViewSchema.Column column = SchemaErrors.Require(input.Schema, "source", columnName);
        if (column.Type is not NumberDataViewType)
            throw SchemaErrors.Mismatch("source", columnName, "a number", column.Type.ToString()!);
        return new FilteredView(input, [column], row =>
        {
            Func<double> value = Number(row, column);
            // NaN fails both comparisons and is dropped.
            return () => value() is var v && lowerBound <= v && v < upperBound;
        });
    }

    public static IDataView ByMissingValues(IDataView input, string[] columnNames)
    {
        DataViewSchema.Column[] columns = [.. columnNames.Select(name => SchemaErrors.Require(input.Schema, "input", name))];
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
        bool isKey = type is KeyDataViewType;
        if (!isKey && type.RawType != typeof(float) && type.RawType != typeof(double))
            throw SchemaErrors.Mismatch("input", column.Name, "float, double or key", column.Type.ToString()!);
        return Typed.Call<Func<bool>>(Missing<int>, [type.RawType], row, column, isKey);
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
