namespace Topaz;

/// <summary>Bad input or an impossible request, told in one line that names the file and the remedy.</summary>
public class TopazException : Exception
{
    /// <summary>Bad input or an impossible request, as <paramref name="message"/> tells.</summary>
    public TopazException(string message)
        : base(message)
    {
    }

    /// <summary>Bad input or an impossible request, as <paramref name="message"/> tells, found through <paramref
    /// name="inner"/>.</summary>
    public TopazException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>What to throw when the system refuses to write a file.</summary>
    internal static TopazException CannotWrite(string path, Exception failure) => new(
        $"{path}: cannot be written ({failure.Message.ReplaceLineEndings(" ").TrimEnd('.')}); check the folder, its permissions and free space.",
        failure);
}
