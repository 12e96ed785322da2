using Topaz.Cli.Terminal;
using Topaz.Compute;
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
    /// Runs <paramref name="work"/> on each micrograph, on at most <paramref name="parallel"/> of them at a time, and puts each result away with
    /// <paramref name="keep"/>, one after the other in the order of the list. A failure of that, a full disk say, is no fault of
    /// the micrograph and ends the run.
    /// </summary>
    /// <exception cref="TopazException">All failed.</exception>
    public void Run<T>(string what, IReadOnlyList<ImageEntry> images, int parallel, Func<ImageEntry, T> work, Action<ImageEntry, T> keep)
    {
        console.Track(what, images.Count, progress =>
        {
            // Started and not yet kept: no more than these are in memory.
            var running = new Queue<Task<(bool Succeeded, T? Result)>>();
            int started = 0;
            try
            {
                Start(parallel);
                for (int finished = 0; finished < images.Count; finished++)
                {
                    (bool succeeded, T? result) = running.Peek().GetAwaiter().GetResult();
                    running.Dequeue();
                    // The next one is in work while this one is put away.
                    Start(finished + 1 + parallel);
                    if (succeeded)
                    {
                        keep(images[finished], result!);
                        _done++;
                    }

                    progress.Report(finished + 1);
                }
            }
            finally
            {
                // Whatever ended the run, nothing works on behind the caller's back; other failures would say the same as the first.
                foreach (Task task in running)
                    ((IAsyncResult)task).AsyncWaitHandle.WaitOne();
            }

            void Start(int end)
            {
                for (; started < Math.Min(end, images.Count); started++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    ImageEntry next = images[started];
                    running.Enqueue(Task.Run(() => Try(next, work, alone: images.Count == 1)));
                }
            }
        });
        if (_done == 0)
            throw new TopazException($"none of the {images.Count} micrographs could be used.");
        if (_failed > 0)
            console.Warn($"{_failed} of {_done + _failed} micrographs failed.");
    }

    private (bool Succeeded, T? Result) Try<T>(ImageEntry image, Func<ImageEntry, T> work, bool alone)
    {
        try
        {
            return (true, work(image));
        }
        // The only micrograph's error is the error of the run, and a lost device fails them all.
        catch (TopazException exception) when (!alone && exception is not ComputeDeviceException)
        {
            Interlocked.Increment(ref _failed);
            console.Warn($"{exception.Message} Skipped.");
            return (false, default);
        }
    }
}
