using System.Diagnostics;
using System.Globalization;
using Topaz.Calibration;
using Topaz.Cli.Terminal;
using Topaz.Compute;
using Topaz.Networks;
using Topaz.Training;

namespace Topaz.Cli;

/// <summary>Training under a progress bar, with a line for each epoch.</summary>
internal static class TrainingRun
{
    public static TrainingResult Run(
        TrainingSession session, TrainingOptions options, TrainingFiles files, VerbConsole console, CancellationToken cancellation)
    {
        if (session.Objective.Note is { } note)
            console.Warn(note);
        console.Note(session.Summary);
        return console.Track("Training", options.PlannedUpdates, progress =>
            session.Run(files, new Watcher(options, progress, console), cancellation));
    }

    /// <summary>Estimates how many particles a micrograph holds.</summary>
    /// <param name="given">What the user expects; null to be told.</param>
    /// <param name="backend">Where networks run.</param>
    /// <param name="data">Micrographs and labels.</param>
    /// <param name="options">How training will be done.</param>
    /// <param name="start">What training starts from.</param>
    /// <param name="console">Where to report.</param>
    /// <param name="cancellation">Stops at once.</param>
    /// <returns>Null if the labels do not tell it, and it is given.</returns>
    /// <exception cref="TopazException">The labels do not tell it, and it is not given.</exception>
    public static double? EstimateCount(
        double? given, IComputeBackend backend, TrainingData data, TrainingOptions options, PickerModel? start, VerbConsole console, CancellationToken cancellation)
    {
        PickPrecision? found = null;
        TopazException? failure = null;
        try
        {
            found = console.Track("Estimating the number of particles", Pilot.PlannedUpdates(options), progress =>
                Pilot.Run(backend, data, options, start, new Steps(progress), cancellation));
        }
        catch (TopazException problem)
        {
            failure = problem;
        }

        if (found is not { IsKnown: true })
        {
            return given is not null
                ? null
                : throw new TopazException($"The number of particles cannot be estimated: {failure?.Message ?? "a small network could hardly find the labels again."} Give it with -n, and check the labels.");
        }

        string estimate = string.Create(CultureInfo.InvariantCulture, $"{found.ParticlesPerMicrograph:0} particles on a micrograph ({found.Low:0} to {found.High:0})");
        if (given is null)
            console.Note($"About {estimate}, estimated from the labels; -n tells it better.");
        else if (given < found.Low / 2 || given > 2 * found.High)
            console.Warn(string.Create(CultureInfo.InvariantCulture, $"-n is {given:0.#}, but the labels suggest {estimate}."));
        return found.ParticlesPerMicrograph;
    }

    /// <summary>Adds to a model what its scores are worth.</summary>
    public static PickerModel Calibrate(
        IComputeBackend backend, PickerModel model, TrainingData data, TrainingOptions options, double? particles, VerbConsole console,
        CancellationToken cancellation)
    {
        model = ModelThresholds.Estimate(backend, model, data, options, particles, cancellation);
        Tell(model, console);
        return model;
    }

    /// <summary>Tells what a model's scores are worth.</summary>
    public static void Tell(PickerModel model, VerbConsole console)
    {
        if (model.Training!.Thresholds is { Suggested: var suggested })
        {
            console.Note(string.Create(CultureInfo.InvariantCulture,
                $"At scores from {suggested.Threshold:0.00} up, precision is about {suggested.Precision:0.00} and recall {suggested.Recall:0.00} by estimate; 'topaz extract -t auto' picks there."));
        }
        else
        {
            console.Note("The labels do not tell which threshold is good; 'topaz extract -t' takes it.");
        }
    }

    private sealed class Steps(IProgress<double> progress) : IProgress<long>
    {
        public void Report(long value) => progress.Report(value);
    }

    private sealed class Watcher(TrainingOptions options, IProgress<double> progress, VerbConsole console) : IProgress<TrainingEvent>
    {
        private readonly Stopwatch _clock = Stopwatch.StartNew();
        private double _loss;
        private int _rows;

        public void Report(TrainingEvent value)
        {
            progress.Report(value.Updates);
            if (!value.Row.IsTest)
            {
                _loss += value.Row.Loss;
                _rows++;
                return;
            }

            console.Note(string.Create(CultureInfo.InvariantCulture,
                $"epoch {value.Row.Epoch} of {options.Epochs}: training loss {_loss / Math.Max(1, _rows):0.000}, test AUPRC (pixels) {value.Row.Auprc:0.000}, {Duration.Text(_clock.Elapsed)}"));
            (_loss, _rows) = (0, 0);
        }
    }
}
