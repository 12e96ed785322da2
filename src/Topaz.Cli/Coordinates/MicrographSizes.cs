using System.Collections.Concurrent;
using Topaz.Images;

namespace Topaz.Cli.Coordinates;

/// <summary>Finds the sizes of micrographs by their names, in a folder; each file is opened once.</summary>
internal sealed class MicrographSizes(string folder, string extension)
{
    private readonly ConcurrentDictionary<string, (int Width, int Height)?> _sizes = [];

    /// <summary>The size of a micrograph; null where there is no image of that name.</summary>
    /// <exception cref="TopazException">The image is damaged.</exception>
    public (int Width, int Height)? Of(string name) => _sizes.GetOrAdd(name, Find);

    private (int Width, int Height)? Find(string name)
    {
        foreach (string ending in MicrographName.Readable.Prepend(extension))
        {
            if (Path.Combine(folder, name + ending) is string path && File.Exists(path))
                return MicrographFile.Size(path);
        }

        return null;
    }
}
