using System.Diagnostics;

namespace Topaz.Cli.Terminal;

/// <summary>Progress as plain lines: one each tenth of the way, but not more often than every two seconds.</summary>
internal sealed class PlainProgress(string what, double total, Action<string> write) : IProgress<double>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Lock _lock = new();
    private TimeSpan _lastLine;
    private int _tenths;

    public void Report(double value)
    {
        lock (_lock)
        {
            TimeSpan now = _clock.Elapsed;
            int tenths = (int)(10 * value / Math.Max(total, 1e-9));
            if (tenths <= _tenths || tenths >= 10 || now - _lastLine < Pause)
                return;
            (_tenths, _lastLine) = (tenths, now);
            TimeSpan left = now * ((total - value) / value);
            write($"{what}: {10 * tenths} %, about {Duration.Text(left)} left");
        }
    }
}
