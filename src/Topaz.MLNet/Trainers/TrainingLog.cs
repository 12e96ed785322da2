using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Runtime;
using Topaz.Training;

namespace Topaz.MLNet;

/// <summary>Tells a channel how training goes: ten lines, and one for each validation.</summary>
internal sealed class TrainingLog : IProgress<TrainingEvent>
{
    private const int Lines = 10;
    private readonly IChannel _channel;
    private readonly TrainingOptions _options;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private double _loss;
    private int _updates;

    public TrainingLog(IChannel channel, TrainingSession session, TrainingOptions options)
    {
        (_channel, _options) = (channel, options);
        if (session.Objective.Note is { } note)
            channel.Warning(MessageSensitivity.None, note);
        channel.Info(MessageSensitivity.None, session.Summary);
    }

    public void Report(TrainingEvent value)
    {
        if (value.Row.IsTest)
        {
            Tell($"epoch {value.Row.Epoch} of {_options.Epochs}: validation loss {value.Row.Loss:0.000}, AUPRC (pixels) {value.Row.Auprc:0.000}");
            return;
        }

        _loss += value.Row.Loss;
        _updates++;
        long planned = _options.PlannedUpdates;
        if (value.Updates * Lines / planned == (value.Updates - 1) * Lines / planned)
            return;
        double left = _clock.Elapsed.TotalSeconds * (planned - value.Updates) / value.Updates;
        Tell($"{value.Updates} of {planned} updates: training loss {_loss / _updates:0.000}, {left:0} s left");
        (_loss, _updates) = (0, 0);
    }

    private void Tell(FormattableString text) => _channel.Info(MessageSensitivity.None, text.ToString(CultureInfo.InvariantCulture));
}
