using System.Runtime.ExceptionServices;
using Microsoft.ML;

namespace Topaz.MLNet;

internal static class RowCursorExtensions
{
    /// <summary>
    /// The next row. ML.NET may compute rows on several threads, and then wraps what goes wrong there in messages about its threads;
    /// this throws what the row itself told.
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
