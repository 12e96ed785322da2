using System.Diagnostics.CodeAnalysis;
using Topaz.Cli.Terminal;
using Topaz.Particles;

namespace Topaz.Cli;

/// <summary>
/// Works through a list of micrographs under a progress bar. One that fails is reported and skipped; how many did is told
/// at the end.
/// </summary>
internal sealed class Batch(VerbConsole console, CancellationToken cancellation)
{
    private int _done, _failed;

    /// <summary>Micrographs that were worked on without an error.</summary>
    public int Done => _done;

    /// <summary>Micrographs that were skipped because of an error.</summary>
    public int Failed => _failed;

    /// <summary>
    /// Runs <paramref name="work"/> on each micrograph, at most <paramref name="parallel"/> of them at a time, and puts each
    /// result away with <paramref name="keep"/>. A failure of that, a full disk say, is no fault of the micrograph and ends the run.
    /// </summary>
    /// <exception cref="TopazException">All failed.</exception>
    public void Run<T>(string what, IReadOnlyList<ImageEntry> images, int parallel, Func<ImageEntry, T> work, Action<ImageEntry, T> keep)
    {
        int finished = 0;
        console.Track(what, images.Count, progress =>
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellation };
            Parallel.ForEach(Partition(images), options, image =>
            {
                if (Try(image, work, alone: images.Count == 1, out T? result))
                {
                    keep(image, result);
                    Interlocked.Increment(ref _done);
                }

                progress.Report(Interlocked.Increment(ref finished));
            });
        });
        if (_done == 0)
            throw new TopazException($"none of the {images.Count} micrographs could be used.");
        if (_failed > 0)
            console.Warn($"{_failed} of {_done + _failed} micrographs failed.");
    }

    private bool Try<T>(ImageEntry image, Func<ImageEntry, T> work, bool alone, [MaybeNullWhen(false)] out T result)
    {
        try
        {
            result = work(image);
            return true;
        }
        // The only micrograph's error is the error of the run.
        catch (TopazException exception) when (!alone)
        {
            Interlocked.Increment(ref _failed);
            console.Warn($"{exception.Message.ReplaceLineEndings(" ")} Skipped.");
            result = default;
            return false;
        }
    }

    // Handed out one by one, so that the micrographs in work at a time, and with them the memory, are bounded.
    private static System.Collections.Concurrent.Partitioner<ImageEntry> Partition(IReadOnlyList<ImageEntry> images) =>
        System.Collections.Concurrent.Partitioner.Create(images, System.Collections.Concurrent.EnumerablePartitionerOptions.NoBuffering);
}
