using System.Diagnostics;
using System.Globalization;
using Topaz.Cli.Terminal;
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
