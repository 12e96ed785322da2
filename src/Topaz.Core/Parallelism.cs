using System.Runtime.ExceptionServices;

namespace Topaz;

/// <summary>Loops on a number of threads, which means the same everywhere: 0 is one per core.</summary>
internal static class Parallelism
{
    /// <summary>Limits a parallel loop to <paramref name="threads"/> threads.</summary>
    public static ParallelOptions Of(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        return new ParallelOptions { MaxDegreeOfParallelism = threads > 0 ? threads : Environment.ProcessorCount };
    }

    /// <summary>A loop on several threads that fails as a plain one does: with the exception of the lowest index that has
    /// one.</summary>
    public static void For(int count, int threads, Action<int> body)
    {
        var failures = new ExceptionDispatchInfo?[count];
        Parallel.For(0, count, Of(threads), (index, loop) =>
        {
            try
            {
                body(index);
            }
            catch (Exception failure)
            {
                failures[index] = ExceptionDispatchInfo.Capture(failure);
                // Lower indices are worked through all the same.
                loop.Break();
            }
        });
        Array.Find(failures, failure => failure is not null)?.Throw();
    }
}
