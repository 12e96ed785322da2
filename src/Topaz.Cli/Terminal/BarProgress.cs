using Spectre.Console;

namespace Topaz.Cli.Terminal;

/// <summary>Progress as a bar on the screen.</summary>
internal sealed class BarProgress(ProgressTask task) : IProgress<double>
{
    public void Report(double value) => task.Value = value;
}
