namespace Topaz.Images;

/// <summary>An image file that is not what it says it is: a wrong magic, an absurd size, missing data, pixels without a
/// value.</summary>
public sealed class MicrographFormatException : TopazException
{
    /// <summary>Something else than <paramref name="expected"/> was found at byte <paramref name="offset"/> of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="offset">Zero-based position in the (unpacked) file.</param>
    /// <param name="expected">What should be there, to follow the word "expected".</param>
    /// <param name="found">What is there, to follow the word "found".</param>
    /// <param name="inner">The failure behind it, if any.</param>
    public MicrographFormatException(string path, long offset, string expected, string found, Exception? inner = null)
        : base(
            $"{path}: at byte {offset} expected {expected}, found {found}; copy or export the file again, or leave it out.",
            inner!)
    {
        (Path, Offset, Expected, Found) = (path, offset, expected, found);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Zero-based position in the (unpacked) file.</summary>
    public long Offset { get; }

    /// <summary>What should be there.</summary>
    public string Expected { get; }

    /// <summary>What is there.</summary>
    public string Found { get; }
}
