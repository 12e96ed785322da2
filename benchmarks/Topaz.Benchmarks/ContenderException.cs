namespace Topaz.Benchmarks;

/// <summary>A contender is not there or failed.</summary>
internal sealed class ContenderException(string message) : Exception(message);
