namespace Topaz;

/// <summary>Bad input or an impossible request, told in one line that names the file and the remedy.</summary>
public class TopazException : Exception
{
    private const int LongestMessage = 2000, LongestQuote = 60;

    /// <summary>Bad input or an impossible request, as <paramref name="message"/> tells.</summary>
    public TopazException(string message)
        : base(OneLine(message))
    {
    }

    /// <summary>Bad input or an impossible request, as <paramref name="message"/> tells, found through <paramref
    /// name="inner"/>.</summary>
    public TopazException(string message, Exception inner)
        : base(OneLine(message), inner)
    {
    }

    /// <summary>A message may quote a damaged file: what it quotes must not break the line, move the cursor or fill the screen.</summary>
    private static string OneLine(string message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message.Length > LongestMessage)
            message = message[..LongestMessage] + "…";
        message = message.ReplaceLineEndings(" ");
        return message.Any(char.IsControl) ? string.Concat(message.Select(letter => char.IsControl(letter) ? '?' : letter)) : message;
    }

    /// <summary>As much of a text from a file as a message should quote.</summary>
    public static string Quoted(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length <= LongestQuote ? text : text[..LongestQuote] + "…";
    }

    /// <summary>What to throw when the system refuses to write a file.</summary>
    internal static TopazException CannotWrite(string path, Exception failure) => new(
        $"{path}: cannot be written ({failure.Message.TrimEnd('.')}); check the folder, its permissions and free space.",
        failure);
}
