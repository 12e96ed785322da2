using System.CommandLine;
using System.Text.Json.Nodes;
using Topaz.Networks;
using Topaz.Networks.Onnx;

namespace Topaz.Cli.Verbs;

/// <summary><c>topaz export</c>: a model for other programs.</summary>
internal static class ExportVerb
{
    private static readonly (string Name, string[] Endings, Action<string, PickerModel> Write)[] s_formats =
    [
        ("onnx", [".onnx"], (path, model) => OnnxFile.Write(path, model, OnnxForm.Dense)),
        ("onnx-crop", [], (path, model) => OnnxFile.Write(path, model, OnnxForm.Crop)),
        ("pytorch", [".pt", ".pth"], StateDictFile.Write),
        ("topaz", [".sav", ".safetensors"], ModelFile.Save),
    ];

    public static Verb Create()
    {
        var verb = new Verb(
            "export",
            "Writes a model, from here or from the Python tool, for other programs: for ONNX Runtime, as a network that scores whole "
            + "micrographs (onnx) or crops (onnx-crop), as a state dict for PyTorch (pytorch), or as this program's own safetensors (topaz).",
            "topaz export -m model_epoch10.sav -o model.onnx");
        var model = new ModelFlag(verb);
        Option<string> output = verb.Flag<string>(["-o", "--output"], "file for the result", "FILE");
        output.Required = true;
        Option<string?> format = verb.Flag<string?>(
            ["--format"], $"{string.Join(", ", s_formats.Select(known => known.Name))}; by default as the file's name ends: {string.Join(", ", s_formats.SelectMany(known => known.Endings))}", "FORMAT");
        format.AcceptOnlyFromAmong([.. s_formats.Select(known => known.Name)]);

        verb.Run((parse, console, cancellation) =>
        {
            string path = parse.GetValue(output)!;
            (string Name, string[] Endings, Action<string, PickerModel> Write) chosen = parse.GetValue(format) is { } given
                ? s_formats.Single(known => known.Name == given)
                : s_formats.FirstOrDefault(known => known.Endings.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)));
            if (chosen.Write is null)
                throw new UsageException($"--output: the name '{path}' does not tell the format; say it with --format.");
            PickerModel loaded = model.Load(parse);
            OutputPath.RequireFile(path, model.Path(parse));
            cancellation.ThrowIfCancellationRequested();
            chosen.Write(path, loaded);
            console.Summary(
                new JsonObject { ["format"] = chosen.Name, ["architecture"] = loaded.Architecture.Options.Name, ["output"] = path },
                $"{path}: {loaded.Architecture.Options.Name} with {loaded.Architecture.Options.Units} units as {chosen.Name}");
            return ExitCode.Done;
        });
        return verb;
    }
}
