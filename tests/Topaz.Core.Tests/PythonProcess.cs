using System.ComponentModel;
using System.Diagnostics;

namespace Topaz.Tests;

/// <summary>Python with packages that others wrote, for reading what we write. Debian's packages belong to Debian's Python.</summary>
internal static class PythonProcess
{
    /// <summary>Runs a script and returns what it prints; skips the test where Python or a package is missing.</summary>
    /// <param name="packages">What the script imports, as "torch, numpy".</param>
    /// <param name="script">The script; its arguments are in <c>sys.argv[1:]</c>.</param>
    /// <param name="arguments">Its arguments.</param>
    public static string Run(string packages, string script, params IEnumerable<string> arguments)
    {
        string python = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
        Xunit.Skip.If(Start(python, ["-c", $"import {packages}"]).ExitCode != 0, $"Python with {packages} is not installed");
        (int exitCode, string output, string error) = Start(python, ["-c", $"import sys, {packages}\n{script}", .. arguments]);
        return exitCode == 0 ? output : throw new InvalidOperationException(error);
    }

    private static (int ExitCode, string Output, string Error) Start(string program, IEnumerable<string> arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            Task<string> error = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, error.Result);
        }
        catch (Win32Exception failure)
        {
            return (-1, "", failure.Message);
        }
    }
}
