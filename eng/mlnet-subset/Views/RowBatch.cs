namespace Microsoft.ML.Data;

/// <summary>Rows that travel between threads together.</summary>
internal sealed class RowBatch
{
    public const int Size = 64;
    private readonly Action<int>[] _writers;

    public RowBatch(DataViewRowCursor source, IReadOnlyList<DataViewSchema.Column> columns)
    {
        Number = source.Batch;
        Stores = columns.ToDictionary(c => c.Index, c => ColumnStore.Create(c.Type));
        _writers = [.. columns.Select(c => Stores[c.Index].Writer(source, c))];
    }

    /// <summary>Where the batch belongs among those of all threads.</summary>
    public long Number { get; }

    public int Count { get; private set; }

    public IReadOnlyDictionary<int, ColumnStore> Stores { get; }

    /// <summary>Adds the row where the source stands.</summary>
    public void Add()
    {
        foreach (Action<int> write in _writers)
            write(Count);
        Count++;
    }

    public static InvalidOperationException WorkerError(Exception cause) =>
        new("Splitter/consolidator worker encountered exception while consuming source data", cause);
}
