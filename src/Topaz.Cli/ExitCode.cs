namespace Topaz.Cli;

/// <summary>What the command tells its caller.</summary>
internal static class ExitCode
{
    /// <summary>The work was done; single micrographs may have failed, which a warning says.</summary>
    public const int Done = 0;

    /// <summary>Nothing useful was done.</summary>
    public const int Failed = 1;

    /// <summary>The command line makes no sense.</summary>
    public const int Usage = 2;

    /// <summary>Stopped by ctrl-C or a termination request, cleanly.</summary>
    public const int Interrupted = 130;
}
