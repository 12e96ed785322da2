namespace Topaz.Compute;

/// <summary>
/// A device cannot compute: it is missing, has no runtime, has too little memory, or stopped working. Unlike other errors it is not the
/// fault of a micrograph, so the next one will fare no better.
/// </summary>
public sealed class ComputeDeviceException : TopazException
{
    /// <summary>A device cannot compute, as <paramref name="message"/> tells.</summary>
    public ComputeDeviceException(string message)
        : base(message)
    {
    }

    /// <summary>A device cannot compute, as <paramref name="message"/> tells, found through <paramref name="inner"/>.</summary>
    public ComputeDeviceException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
