using System.Runtime.ExceptionServices;
using Microsoft.ML;

namespace Topaz.MLNet;

/// <summary>Reads rows as they are needed, and no further: each costs seconds.</summary>
internal static class RowReading
{
    /// <summary>
    /// A cursor that computes a row when it is there. <see cref="IDataView.GetRowCursor"/> would let stock transforms compute batches of 64
    /// rows on other threads, ahead of the reader.
    /// </summary>
    public static DataViewRowCursor GetRowByRowCursor(this IDataView data, IEnumerable<DataViewSchema.Column> columns) =>
        data.GetRowCursorSet(columns, 1)[0];

    /// <summary>
    /// The next row. Behind a cache ML.NET still computes rows on other threads, and wraps what goes wrong there in messages about its
    /// threads; this throws what the row itself told.
    /// </summary>
    /// <exception cref="TopazException">A row cannot be computed.</exception>
    public static bool MoveNextOrTell(this DataViewRowCursor cursor)
    {
        try
        {
            return cursor.MoveNext();
        }
        catch (InvalidOperationException failure)
        {
            for (Exception? inner = failure.InnerException; inner is not null; inner = inner.InnerException)
            {
                if (inner is TopazException told)
                    ExceptionDispatchInfo.Throw(told);
            }

            throw;
        }
    }
}
