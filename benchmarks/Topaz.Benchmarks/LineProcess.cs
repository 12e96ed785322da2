using System.Diagnostics;
using System.Globalization;

namespace Topaz.Benchmarks;

/// <summary>A child process that reads a task per line and answers each with a number; its first line describes it.</summary>
internal sealed class LineProcess : IContender
{
    private readonly Process _process;
    private string? _lastError;

    /// <exception cref="ContenderException">It cannot be started.</exception>
    public LineProcess(string program, params string[] arguments)
    {
        _process = ChildProcess.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        });
        _process.ErrorDataReceived += (_, line) => _lastError = string.IsNullOrWhiteSpace(line.Data) ? _lastError : line.Data;
        _process.BeginErrorReadLine();
        Description = ReadLine();
    }

    public string Description { get; }

    public long PeakMemory => ChildProcess.PeakMemory(_process);

    public double Ask(string task)
    {
        _process.StandardInput.WriteLine(task);
        return double.Parse(ReadLine(), CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private string ReadLine()
    {
        if (_process.StandardOutput.ReadLine() is { } line)
            return line;
        _process.WaitForExit();
        throw new ContenderException(_lastError ?? $"it ended with {_process.ExitCode}");
    }
}
