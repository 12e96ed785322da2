namespace Microsoft.ML.Data;

/// <summary>Gives each row a number in [0, 1) that depends on the seed and on the row's place or its sampling key.</summary>
internal sealed class RowSampling
{
    private readonly IDataView _data;
    private readonly DataViewSchema.Column? _key;
    private readonly int _seed;

    public RowSampling(IDataView data, string? keyColumnName, int seed)
    {
        // The place of a row means nothing in a shuffled pass.
        _data = new SlicedView(data, 0, long.MaxValue);
        _key = keyColumnName == null ? null : Key(data.Schema, keyColumnName);
        _seed = seed;
    }

    /// <summary>Rows with numbers below the fraction are the test set.</summary>
    public DataOperationsCatalog.TrainTestData Split(double testFraction) => new(View(u => u >= testFraction), View(u => u < testFraction));

    private static DataViewSchema.Column Key(DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = schema.GetColumnOrNull(name) ?? throw SchemaErrors.Missing("SamplingKeyColumn", name, "samplingKeyColumn");
        return StoredColumns.CanStore(column.Type)
            ? column
            : throw new ArgumentOutOfRangeException("inputSchema", "Expected Text, Key, numeric, Boolean or DataViewRowId item type");
    }

    // A schema of its own, as the original gives: who compares schemas by reference should notice.
    private MappedView View(Func<double, bool> accept) => new(Filtered(accept), RowMapper.Identity(_data.Schema));

    private FilteredView Filtered(Func<double, bool> accept) => new(_data, _key is { } key ? [key] : [], row =>
    {
        Func<ulong> code = _key is { } column ? Typed.Call<Func<ulong>>(KeyCode<int>, [column.Type.RawType], row, column) : () => (ulong)row.Position;
        return () => accept(Uniform(code()));
    });

    private static Func<ulong> KeyCode<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> get = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            get(ref value);
            string text = value is System.Collections.IEnumerable and not string
                ? string.Join(' ', ((System.Collections.IEnumerable)value).Cast<object>())
                : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{value}");
            // FNV-1a: the same in every process, unlike string hashes.
            return text.Aggregate(14695981039346656037, (hash, c) => (hash ^ c) * 1099511628211);
        };
    }

    private double Uniform(ulong code) => (new DataViewRowId(code, 0).Combine(new DataViewRowId((ulong)_seed, 0)).Low >> 11) * (1.0 / (1UL << 53));
}
