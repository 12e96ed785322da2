namespace Topaz.Compute;

/// <summary>
/// Spreads numbered pieces of work over a fixed number of workers. Which worker does a piece is left to chance, so a piece
/// must write only to what belongs to its number; then results do not depend on the number of workers.
/// </summary>
internal sealed class Workers
{
    private readonly ParallelOptions _options;

    public Workers(int count)
    {
        Count = count > 0 ? count : Environment.ProcessorCount;
        _options = new ParallelOptions { MaxDegreeOfParallelism = Count };
    }

    public int Count { get; }

    /// <summary>Calls <paramref name="work"/>(piece, worker) for every piece; a worker number is never in use twice at once.</summary>
    public void Run(int pieces, Action<int, int> work, CancellationToken cancellation = default)
    {
        int next = -1;
        Parallel.For(0, Math.Min(Count, pieces), _options, worker =>
        {
            for (int piece = Interlocked.Increment(ref next); piece < pieces; piece = Interlocked.Increment(ref next))
            {
                if (cancellation.IsCancellationRequested)
                    return;
                work(piece, worker);
            }
        });
        cancellation.ThrowIfCancellationRequested();
    }
}
