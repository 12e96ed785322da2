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
        return Wait(process, commandLine);
    }

    /// <summary>Runs a shell script to its end, in which <c>"$0" "$1"</c> is the command.</summary>
    public static Result Shell(string folder, string script)
    {
        using Process process = Start(folder, "bash", ["-c", script, "dotnet", Assembly]);
        return Wait(process, script);
    }

    private static Result Wait(Process process, string commandLine)
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromMinutes(2)))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"topaz {commandLine} did not end.");
        }

        return new Result(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>Starts it and leaves it running.</summary>
    public static Process Start(string folder, string commandLine) =>
        Start(folder, "dotnet", [Assembly, .. commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

    private static Process Start(string folder, string program, IEnumerable<string> words)
    {
        var start = new ProcessStartInfo(program, words)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("TOPAZ_DEBUG");
        // It maps its code from a file otherwise, which a limit of file sizes would forbid.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        Process process = Process.Start(start)!;
        // No one is there to type.
        process.StandardInput.Close();
        return process;
    }
}
