using System.CommandLine;
using Topaz.Cli.Terminal;

namespace Topaz.Cli;

/// <summary>Flags of the Python tool for scoring that have no meaning here: micrographs always go in tiles, without seams.</summary>
internal sealed class CompatibilityFlags
{
    private readonly Option<int> _size, _overlap;
    private readonly Option<int?> _batch;

    public CompatibilityFlags(Verb verb)
    {
        _size = verb.Flag(["--patch-size"], 0, "for compatibility: micrographs are scored in tiles that suit the device", "PIXELS");
        _overlap = verb.Flag(["--patch-overlap"], 0, "for compatibility: tiles overlap so that scores do not depend on them", "PIXELS");
        _batch = verb.Flag<int?>(["--batch-size"], "for compatibility: memory does not grow with the number of micrographs", "N");
    }

    /// <summary>Says in one line that patches need no choice.</summary>
    public void Note(ParseResult parse, VerbConsole console)
    {
        if (!parse.IsDefault(_size) || !parse.IsDefault(_overlap) || parse.GetValue(_batch) is not null)
            console.Note("Patch and batch sizes have no meaning here: micrographs are scored in overlapping tiles that suit the device, and scores do not depend on them.");
    }
}
