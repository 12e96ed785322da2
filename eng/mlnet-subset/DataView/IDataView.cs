namespace Microsoft.ML;

/// <summary>A lazily evaluated, immutable table: a schema and cursors over its rows.</summary>
public interface IDataView
{
    /// <summary>Whether cursors honour a random generator by visiting the rows in random order.</summary>
    bool CanShuffle { get; }

    DataViewSchema Schema { get; }

    /// <summary>The number of rows, or null where counting would cost a pass.</summary>
    long? GetRowCount();

    DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null);

    /// <summary>Up to <paramref name="n"/> cursors that share the rows between them.</summary>
    DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null);
}
