namespace Topaz.Cli;

/// <summary>Flags that contradict each other or lie out of range.</summary>
internal sealed class UsageException(string message) : Exception(message);
