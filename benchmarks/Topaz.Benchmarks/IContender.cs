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
    /// <exception cref="ContenderException">It failed.</exception>
    double Ask(string task);
}
