using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Makes data views from objects and back, and filters, splits, shuffles and caches them.</summary>
public sealed class DataOperationsCatalog
{
    private readonly MLContext _context;

    internal DataOperationsCatalog(MLContext context) => _context = context;

    public IDataView LoadFromEnumerable<TRow>(IEnumerable<TRow> data, SchemaDefinition? schemaDefinition = null)
        where TRow : class
    {
        ArgumentNullException.ThrowIfNull(data);
        return new EnumerableView<TRow>(data, new ObjectRowSource<TRow>(schemaDefinition));
    }

    public IDataView LoadFromEnumerable<TRow>(IEnumerable<TRow> data, DataViewSchema schema)
        where TRow : class
    {
        ArgumentNullException.ThrowIfNull(schema);
        return LoadFromEnumerable(data, MemberSchema.Definition(typeof(TRow), schema));
    }

    public IEnumerable<TRow> CreateEnumerable<TRow>(IDataView data, bool reuseRowObject, bool ignoreMissingColumns = false,
        SchemaDefinition? schemaDefinition = null)
        where TRow : class, new()
    {
        ArgumentNullException.ThrowIfNull(data);
        RowObjectColumns columns = new(data.Schema, typeof(TRow), schemaDefinition, ignoreMissingColumns);
        return Rows<TRow>(data, columns, reuseRowObject);
    }

    /// <summary>Keeps rows in memory, each column once it was asked for.</summary>
    public IDataView Cache(IDataView input, params string[] columnsToPrefetch)
    {
        ArgumentNullException.ThrowIfNull(input);
        return CachedView.Create(input, columnsToPrefetch);
    }

    /// <summary>Keeps the rows with lowerBound ≤ value &lt; upperBound.</summary>
    public IDataView FilterRowsByColumn(IDataView input, string columnName, double lowerBound = double.NegativeInfinity,
        double upperBound = double.PositiveInfinity)
    {
        ArgumentNullException.ThrowIfNull(input);
        return RowFilters.ByRange(input, columnName, lowerBound, upperBound);
    }

    /// <summary>Keeps the rows without a missing value in the given columns.</summary>
    public IDataView FilterRowsByMissingValues(IDataView input, params string[] columns)
    {
        ArgumentNullException.ThrowIfNull(input);
        return RowFilters.ByMissingValues(input, columns);
    }

    public IDataView ShuffleRows(IDataView input, int? seed = null, int shufflePoolSize = 1000, bool shuffleSource = true)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (shufflePoolSize <= 0)
            throw new ArgumentOutOfRangeException(nameof(shufflePoolSize), "Must be positive");
        return new ShuffledView(StoredColumns.Of(input), seed ?? _context.NextSeed(), shufflePoolSize, shuffleSource);
    }

    public IDataView SkipRows(IDataView input, long count)
    {
        ArgumentNullException.ThrowIfNull(input);
        RequirePositive(count);
        return new SlicedView(input, count, long.MaxValue);
    }

    public IDataView TakeRows(IDataView input, long count)
    {
        ArgumentNullException.ThrowIfNull(input);
        RequirePositive(count);
        return new SlicedView(input, 0, count);
    }

    /// <summary>Splits at random; rows of one sampling key stay together.</summary>
    public TrainTestData TrainTestSplit(IDataView data, double testFraction = 0.1, string? samplingKeyColumnName = null, int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (!(testFraction > 0 && testFraction < 1))
            throw new ArgumentOutOfRangeException(nameof(testFraction), "Must be between 0 and 1 exclusive");
        return new RowSampling(data, samplingKeyColumnName, seed ?? _context.Seed).Split(testFraction);
    }

    private static void RequirePositive(long count)
    {
        if (count <= 0)
            throw new ArgumentOutOfRangeException(nameof(count), "Must be greater than zero.");
    }

    private static IEnumerable<TRow> Rows<TRow>(IDataView data, RowObjectColumns columns, bool reuseRowObject)
        where TRow : class, new()
    {
        using DataViewRowCursor cursor = data.GetRowCursor(columns.Columns);
        RowObjectFiller<TRow> filler = new(cursor, columns);
        TRow row = new();
        while (cursor.MoveNext())
        {
            filler.Fill(row);
            yield return row;
            if (!reuseRowObject)
                row = new TRow();
        }
    }

    public struct TrainTestData
    {
        public readonly IDataView TrainSet;
        public readonly IDataView TestSet;

        internal TrainTestData(IDataView trainSet, IDataView testSet) => (TrainSet, TestSet) = (trainSet, testSet);
    }
}
