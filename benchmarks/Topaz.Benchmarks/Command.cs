using System.Diagnostics;

namespace Topaz.Benchmarks;

/// <summary>A command that is started anew for every task; a task is a name for its arguments.</summary>
/// <param name="description">What it is.</param>
/// <param name="program">The executable file.</param>
/// <param name="arguments">The arguments for a task.</param>
internal sealed class Command(string description, string program, Func<string, string[]> arguments) : IContender
{
    public string Description { get; } = description;

    public long PeakMemory { get; private set; }

    public double Ask(string task)
    {
        var start = new ProcessStartInfo(program, arguments(task)) { RedirectStandardOutput = true, RedirectStandardError = true };
        long begin = Stopwatch.GetTimestamp();
        using Process process = ChildProcess.Start(start);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        while (!process.WaitForExit(20))
            PeakMemory = Math.Max(PeakMemory, ChildProcess.PeakMemory(process));
        double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        if (process.ExitCode != 0)
            throw new ContenderException(errors.Result.Trim().Split('\n')[^1]);
        _ = output.Result;
        return seconds;
    }

    public void Dispose()
    {
    }
}
