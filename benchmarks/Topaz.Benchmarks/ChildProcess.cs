using System.ComponentModel;
using System.Diagnostics;

namespace Topaz.Benchmarks;

/// <summary>What contenders that are programs of their own have in common.</summary>
internal static class ChildProcess
{
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

    /// <summary>What a program prints.</summary>
    /// <exception cref="ContenderException">There is no such program.</exception>
    public static string Output(string program, params string[] arguments)
    {
        using Process process = Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true });
        return process.StandardOutput.ReadToEnd().Trim();
    }

    /// <summary>
    /// Most bytes a process has held. It can be asked for only while the process lives; it never falls, so the last answer is it, but for
    /// the last moments.
    /// </summary>
    public static long PeakMemory(Process process)
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
