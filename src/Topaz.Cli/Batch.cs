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

    /// <summary>Runs <paramref name="work"/> on each micrograph, at most <paramref name="parallel"/> of them at a time.</summary>
    /// <exception cref="TopazException">All failed.</exception>
    public void Run(string what, IReadOnlyList<ImageEntry> images, int parallel, Action<ImageEntry> work)
    {
        int finished = 0;
        console.Track(what, images.Count, progress =>
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellation };
            Parallel.ForEach(Partition(images), options, image =>
            {
                try
                {
                    work(image);
                    Interlocked.Increment(ref _done);
                }
                // The only micrograph's error is the error of the run.
                catch (TopazException exception) when (images.Count > 1)
                {
                    Interlocked.Increment(ref _failed);
                    console.Warn($"{exception.Message.ReplaceLineEndings(" ")} Skipped.");
                }

                progress.Report(Interlocked.Increment(ref finished));
            });
            return 0;
        });
        if (_done == 0)
            throw new TopazException($"none of the {images.Count} micrographs could be used.");
        if (_failed > 0)
            console.Warn($"{_failed} of {_done + _failed} micrographs failed.");
    }

    // Handed out one by one, so that the micrographs in work at a time, and with them the memory, are bounded.
    private static System.Collections.Concurrent.Partitioner<ImageEntry> Partition(IReadOnlyList<ImageEntry> images) =>
        System.Collections.Concurrent.Partitioner.Create(images, System.Collections.Concurrent.EnumerablePartitionerOptions.NoBuffering);
}
