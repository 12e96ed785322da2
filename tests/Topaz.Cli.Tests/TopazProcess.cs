using System.Diagnostics;

namespace Topaz.Tests;

/// <summary>Starts the command as a user does: as a process, in a folder, with a command line.</summary>
public static class TopazProcess
{
    private static readonly string Assembly = Path.Combine(AppContext.BaseDirectory, "topaz.dll");

    public sealed record Result(int ExitCode, string Output, string Error)
    {
        public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        /// <summary>Everything that was said, for the message of a failing test.</summary>
        public override string ToString() => $"exit code {ExitCode}\n--- output\n{Output}\n--- error\n{Error}";
    }

    /// <summary>Runs to the end. Words are separated by spaces; none of them may hold one.</summary>
    public static Result Run(string folder, string commandLine)
    {
        using Process process = Start(folder, commandLine);
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromMinutes(2)))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"topaz {commandLine} did not end.");
        }

        return new Result(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>Starts it and leaves it running.</summary>
    public static Process Start(string folder, string commandLine)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Assembly);
        foreach (string word in commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            start.ArgumentList.Add(word);
        start.Environment.Remove("TOPAZ_DEBUG");
        return Process.Start(start)!;
    }
}
