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
    /// <exception cref="TopazException">The labels do not tell it.</exception>
    public static double EstimateCount(
        IComputeBackend backend, TrainingData data, TrainingOptions options, PickerModel? start, VerbConsole console, CancellationToken cancellation)
    {
        PickPrecision found = console.Track("Estimating the number of particles", Pilot.PlannedUpdates(options), progress =>
            Pilot.Require(backend, data, options, start, new Steps(progress), cancellation));
        console.Note(string.Create(CultureInfo.InvariantCulture,
            $"About {found.ParticlesPerMicrograph:0} particles on a micrograph ({found.Low:0} to {found.High:0}), estimated from the labels; -n tells it better."));
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
            console.Note("No threshold is suggested: that takes the number of particles (-n) or test micrographs with 20 labels.");
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
