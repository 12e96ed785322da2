using System.Diagnostics;
using System.Globalization;

namespace Topaz.Search;

/// <summary>Who works on a trial: a process, told from a later one with the same number by its start.</summary>
internal static class WorkerIdentity
{
    // The start of a process that was killed and whose parent has not asked how it ended.
    private const string Dead = "";

    private static int s_count;

    /// <summary>Where process numbers mean the same: a machine, or a container of it, which may have the name of another.</summary>
    private static string Machine { get; } = Environment.MachineName + ProcessSpace();

    /// <summary>A name for a new worker of this process.</summary>
    public static string Create() => FormattableString.Invariant(
        $"{Machine}/{Environment.ProcessId}/{StartOf(Process.GetCurrentProcess())}/{Interlocked.Increment(ref s_count)}");

    /// <summary>Whether a worker is gone; null for one of another machine, of which nothing is known.</summary>
    public static bool? IsGone(string worker)
    {
        if (worker.Split('/') is not [var machine, var process, var start, _] || machine != Machine)
            return null;
        if (!int.TryParse(process, CultureInfo.InvariantCulture, out int id))
            return true;
        try
        {
            using Process found = Process.GetProcessById(id);
            return found.HasExited ? true : StartOf(found) is { } began ? began != start : null;
        }
        catch (Exception failure) when (failure is ArgumentException or InvalidOperationException)
        {
            return true;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // Another user's process: it is there.
            return false;
        }
    }

    private static string ProcessSpace()
    {
        try
        {
            // On Linux "pid:[4026531836]".
            return new FileInfo("/proc/self/ns/pid").LinkTarget ?? "";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    /// <summary>When a process was started, the same whoever asks. On Linux .NET works it out from the clock and the time since boot, which drift apart. Null if it cannot be told.</summary>
    private static string? StartOf(Process process)
    {
        if (!OperatingSystem.IsLinux())
            return process.StartTime.ToUniversalTime().Ticks.ToString(CultureInfo.InvariantCulture);
        try
        {
            // The second field, the program's name, may hold blanks and parentheses; the state is the third, the start, in ticks since boot, the 22nd.
            string text = File.ReadAllText(FormattableString.Invariant($"/proc/{process.Id}/stat"));
            string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? Dead : fields[19];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
