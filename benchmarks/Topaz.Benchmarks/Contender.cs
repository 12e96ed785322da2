using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Topaz.Benchmarks;

/// <summary>Who does tasks, ours or a rival.</summary>
internal interface IContender : IDisposable
{
    /// <summary>Name and version, and what it computes with.</summary>
    string Description { get; }

    /// <summary>Most bytes it has held so far. Asked of the system, for what a child knows of its own peak may be its parent's.</summary>
    long PeakMemory { get; }

    /// <summary>Does a task once.</summary>
    /// <returns>The seconds it took.</returns>
    double Ask(string task);
}

/// <summary>A child process that reads a task per line and answers each with a number; its first line describes it.</summary>
internal sealed class LineProcess : IContender
{
    private readonly Process _process;
    private string? _lastError;

    /// <exception cref="ContenderException">It cannot be started.</exception>
    public LineProcess(string program, params string[] arguments)
    {
        _process = Command.Start(new ProcessStartInfo(program, arguments)
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

    public long PeakMemory => Command.Peak(_process);

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
        using Process process = Start(start);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        while (!process.WaitForExit(20))
            PeakMemory = Math.Max(PeakMemory, Peak(process));
        double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        if (process.ExitCode != 0)
            throw new ContenderException(errors.Result.Trim().Split('\n')[^1]);
        _ = output.Result;
        return seconds;
    }

    public void Dispose()
    {
    }

    /// <summary>What a command prints.</summary>
    public static string Output(string program, params string[] arguments)
    {
        using Process process = Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true });
        return process.StandardOutput.ReadToEnd().Trim();
    }

    /// <exception cref="ContenderException">There is no such program.</exception>
    public static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            throw new ContenderException($"there is no {start.FileName}");
        }
    }

    /// <summary>It can be asked for only while the process lives; it never falls, so the last answer is it, but for the last moments.</summary>
    public static long Peak(Process process)
    {
        try
        {
            process.Refresh();
            return process.PeakWorkingSet64;
        }
        catch (InvalidOperationException)
        {
            return 0;
        }
    }
}

/// <summary>A contender is not there or failed.</summary>
internal sealed class ContenderException(string message) : Exception(message);
