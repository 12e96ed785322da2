namespace Topaz;

/// <summary>What a number of threads means everywhere: 0 is one per core.</summary>
internal static class Parallelism
{
    /// <summary>Limits a parallel loop to <paramref name="threads"/> threads.</summary>
    public static ParallelOptions Of(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        return new ParallelOptions { MaxDegreeOfParallelism = threads > 0 ? threads : Environment.ProcessorCount };
    }
}
