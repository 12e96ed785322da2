using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Topaz.Calibration;
using Topaz.Cli.Terminal;
using Topaz.Compute;
using Topaz.Networks;
using Topaz.Search;
using Topaz.Training;

namespace Topaz.Cli.Searching;

/// <summary>A search under a progress bar, with a line for each trial, and the last training.</summary>
internal sealed class SearchRun(
    IComputeBackend backend, PreparedData data, PickingSearchOptions options, SearchLimits limits, string path, string modelPath, VerbConsole console,
    CancellationToken cancellation)
{
    public int Run()
    {
        using PickingSearch search = Open();
        Study study = search.Study;
        if (study.Trials.Count > 0)
            console.Note($"Going on with {path}: {study.Trials.Count} trials so far.");
        console.Note(string.Create(CultureInfo.InvariantCulture,
            $"{search.ParticlesPerMicrograph:0} particles on a micrograph; trials are compared after {string.Join(", ", study.Rungs)} epochs of {options.Training.UpdatesPerEpoch} updates in {search.FoldCount} folds."));
        bool done = console.Track("Searching", 1, progress =>
            search.Run(limits, new Watcher(console), new Steps(study, limits, progress), cancellation));
        if (cancellation.IsCancellationRequested || study.Best is null)
        {
            console.Summary(Summary(study, model: null, result: null), study.Best is null && !cancellation.IsCancellationRequested
                ? $"No trial has a result; 'topaz search -o {path} --show' tells why, or the time was too short."
                : "Stopped; the same command goes on from here.");
            return cancellation.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Failed;
        }

        if (!done)
            console.Note("The time is over; the same command with more of it goes on from here.");
        SearchReport.Print(study, console);
        TrainingResult result = console.Track("Training with the best settings", options.Training.PlannedUpdates, progress =>
            search.TrainBest(new Updates(progress), cancellation));
        if (!result.Completed)
        {
            console.Summary(Summary(study, model: null, result: null), "Stopped; the same command goes on from here.");
            return ExitCode.Interrupted;
        }

        ModelFile.Save(modelPath, result.Model);
        TrainingRun.Tell(result.Model, console);
        console.Summary(Summary(study, modelPath, result), $"Done: {modelPath}");
        return ExitCode.Done;
    }

    private PickingSearch Open() => console.Track("Estimating the number of particles", Pilot.PlannedUpdates(options.Training), progress =>
        PickingSearch.CreateOrContinue(path, backend, data, options, new PilotUpdates(progress), cancellation));

    private static JsonObject Summary(Study study, string? model, TrainingResult? result) => new()
    {
        ["study"] = study.Path,
        ["trial_count"] = study.Trials.Count,
        ["best"] = study.Best?.Number,
        ["estimated_auprc"] = study.Best?.Value,
        ["model"] = model,
        ["threshold"] = result?.Model.Training?.Thresholds?.Suggested.Threshold,
    };

    /// <summary>A line for each rung that a trial reached.</summary>
    private sealed class Watcher(VerbConsole console) : IProgress<SearchEvent>
    {
        public void Report(SearchEvent value)
        {
            string what = value.Result is { } found
                ? string.Create(CultureInfo.InvariantCulture, $"estimated AUPRC {found.Value:0.000} after {value.Job.ToEpochs} epochs, {Duration.Text(value.Time)}")
                : $"failed: {value.Error}";
            console.Note($"trial {value.Job.Trial}: {what}; {value.Job.Parameters}");
        }
    }

    /// <summary>How much of the search is done: trials that were begun, and the part of the one at hand.</summary>
    private sealed class Steps(Study study, SearchLimits limits, IProgress<double> progress) : IProgress<double>
    {
        private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(2);
        private long _asked;
        private int _trials;

        public void Report(double value)
        {
            if (_asked == 0 || Stopwatch.GetElapsedTime(_asked) > s_fresh)
                (_trials, _asked) = (study.Trials.Count, Stopwatch.GetTimestamp());
            progress.Report(Math.Min(0.99, Math.Max(0, _trials - 1 + value) / limits.Trials));
        }
    }

    private sealed class PilotUpdates(IProgress<double> progress) : IProgress<long>
    {
        public void Report(long value) => progress.Report(value);
    }

    private sealed class Updates(IProgress<double> progress) : IProgress<TrainingEvent>
    {
        public void Report(TrainingEvent value) => progress.Report(value.Updates);
    }
}
