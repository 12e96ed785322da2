using System.CommandLine;
using Topaz.Networks;

namespace Topaz.Cli;

/// <summary>The flag that names a trained model.</summary>
internal sealed class ModelFlag(Verb verb)
{
    private readonly Option<string> _model = verb.Flag(
        ["-m", "--model"], "resnet16", "a trained model, of this program or the Python tool; or the name of weights that the Python tool packages, to be found in the folder TOPAZ_MODELS", "FILE");

    /// <summary>The path or name that is given.</summary>
    public string Path(ParseResult parse) => parse.GetValue(_model)!;

    /// <summary>Reads the model.</summary>
    /// <exception cref="TopazException">There is none.</exception>
    public PickerModel Load(ParseResult parse)
    {
        string path = Path(parse);
        if (File.Exists(path) || !PackagedModels.IsName(path))
            return ModelFile.Load(path);
        return PackagedModels.Find(path) is { } packaged
            ? ModelFile.Load(packaged)
            : throw (parse.IsDefault(_model) ? new UsageException($"-m is missing. {PackagedModels.Missing(path).Message}") : PackagedModels.Missing(path));
    }
}
