using System.Diagnostics;
using Topaz.Compute;

namespace Topaz.Search;

/// <summary>When a search ends.</summary>
/// <param name="Trials">After so many trials.</param>
/// <param name="Time">Once so much time has passed; null for no such end.</param>
public sealed record SearchLimits(int Trials, TimeSpan? Time = null);

/// <summary>Something happened in a search.</summary>
/// <param name="Job">What was done.</param>
/// <param name="Result">What it found; null if it failed.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="Time">How long it took.</param>
public sealed record SearchEvent(Job Job, TrialResult? Result, string? Error, TimeSpan Time);

/// <summary>Works on a study until it is done.</summary>
internal static class SearchLoop
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(300), s_longest = TimeSpan.FromDays(40);

    /// <summary>Takes one job after the other.</summary>
    /// <param name="study">The study; other processes may work on it as well.</param>
    /// <param name="evaluate">Does a job. What it is doing may be repeated after a kill, so it must not matter if files are there already.</param>
    /// <param name="limits">When to end.</param>
    /// <param name="progress">Told of each job that ended.</param>
    /// <param name="cancellation">Ends the search; the job at hand is given back.</param>
    /// <returns>Whether the study is done: false if it was ended by time or cancellation.</returns>
    public static bool Run(
        Study study, Func<Job, CancellationToken, TrialResult> evaluate, SearchLimits limits, IProgress<SearchEvent>? progress = null,
        CancellationToken cancellation = default)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        // A timer cannot run for longer, and no search does.
        if (limits.Time is { } time)
            ending.CancelAfter(time < s_longest ? time : s_longest);
        while (!ending.IsCancellationRequested)
        {
            if (study.Claim(limits.Trials, out bool isBusy) is not { } job)
            {
                if (!isBusy)
                    return true;
                ending.Token.WaitHandle.WaitOne(s_pause);
                continue;
            }

            long start = Stopwatch.GetTimestamp();
            TrialResult? result = null;
            string? error = null;
            try
            {
                result = evaluate(job, ending.Token);
                if (!double.IsFinite(result.Value))
                    (result, error) = (null, "What it reached is not a number.");
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
            {
                study.GiveBack(job);
                return false;
            }
            catch (Exception failure) when (IsOfDisk(failure))
            {
                // Not the trial's fault: whoever goes on with the study may try again.
                study.GiveBack(job);
                throw;
            }
            catch (TopazException failure) when (failure is not ComputeDeviceException)
            {
                error = failure.Message;
            }
            catch
            {
                // Perhaps the trial's fault, such as want of memory, perhaps the machine's.
                study.GiveBack(job, hasDied: true);
                throw;
            }

            TimeSpan taken = Stopwatch.GetElapsedTime(start);
            if (result is null ? study.Fail(job, error!) : study.Finish(job, result, taken))
                progress?.Report(new SearchEvent(job, result, error, taken));
        }

        return false;
    }

    private static bool IsOfDisk(Exception failure) =>
        failure is IOException or UnauthorizedAccessException or TopazException { InnerException: IOException or UnauthorizedAccessException };
}
