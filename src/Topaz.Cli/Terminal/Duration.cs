namespace Topaz.Cli.Terminal;

/// <summary>Durations as people say them.</summary>
internal static class Duration
{
    public static string Text(TimeSpan time) => time switch
    {
        { TotalSeconds: < 90 } => FormattableString.Invariant($"{time.TotalSeconds:0} s"),
        { TotalMinutes: < 90 } => FormattableString.Invariant($"{time.TotalMinutes:0} min"),
        _ => FormattableString.Invariant($"{time.TotalHours:0.0} h"),
    };
}
