using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Topaz.MLNet.Tests;

/// <summary>What a context has told its log.</summary>
internal sealed class LogLines
{
    private readonly Lock _gate = new();
    private readonly List<(ChannelMessageKind Kind, string Text)> _lines = [];

    public LogLines(MLContext ml) => ml.Log += (_, line) =>
    {
        lock (_gate)
            _lines.Add((line.Kind, line.Message));
    };

    public string[] Of(ChannelMessageKind kind)
    {
        lock (_gate)
            return [.. _lines.Where(line => line.Kind == kind).Select(line => line.Text)];
    }
}
