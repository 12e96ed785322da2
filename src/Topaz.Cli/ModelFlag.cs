using System.CommandLine;
using Topaz.Images;
using Topaz.Networks;

namespace Topaz.Cli;

/// <summary>The flag that names a trained model.</summary>
internal static class ModelFlag
{
    public static Option<string> Add(Verb verb)
    {
        Option<string> model = verb.Flag<string>(["-m", "--model"], "a trained model, as 'topaz train' saves it", "FILE");
        model.Required = true;
        return model;
    }

    /// <summary>Reads a model.</summary>
    /// <exception cref="TopazException">There is none at this path.</exception>
    public static PickerModel Load(string path)
    {
        if (!File.Exists(path) && IsArchitecture(path))
            throw new TopazException($"{path}: no pretrained models are packaged; train one with 'topaz train' and give the .sav file it saves.");
        return ModelFile.Load(path);
    }

    /// <summary>Whether a model prepares micrographs itself, so that it takes raw ones.</summary>
    public static bool Prepares(this PickerModel model) => model.Preprocessing is not { Downsampling: 1, Normalization: Normalization.None };

    /// <summary>Whether this is the name of an architecture or, as in <c>resnet8_u32</c>, of a model that other tools package.</summary>
    public static bool IsArchitecture(string name) => ArchitectureFactory.Names.Contains(name.Split('_')[0]);
}
