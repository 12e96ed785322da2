using System.CommandLine;
using System.Globalization;
using Topaz.Cli.Terminal;
using Topaz.Networks;

namespace Topaz.Cli;

/// <summary>The flags that say which network to train.</summary>
internal sealed class NetworkFlags
{
    private readonly Option<string> _model, _bn, _pooling;
    private readonly Option<int> _units, _unitScaling, _ngf;
    private readonly Option<double> _dropout;
    private readonly Option<bool> _pretrained, _noPretrained, _describe;

    public NetworkFlags(Verb verb)
    {
        verb.Group("Network");
        _model = verb.Flag(["-m", "--model"], "resnet8", $"{string.Join(", ", ArchitectureFactory.Names)}; or a model file to start from", "NAME");
        _units = verb.Flag(["--units"], 32, "channels of the first layer", "N");
        _unitScaling = verb.Flag(["--unit-scaling"], 2, "for compatibility: how many times as many channels there are after each stride; always 2", "N");
        _dropout = verb.Flag(["--dropout"], 0.0, "probability of dropout", "P");
        _bn = verb.Flag(["--bn"], "on", "batch norm: on or off", "SWITCH");
        _bn.AcceptOnlyFromAmong("on", "off");
        _pooling = verb.Flag(["--pooling"], "none", "max pooling in place of strides: none or max", "NAME");
        _pooling.AcceptOnlyFromAmong("none", "max");
        _ngf = verb.Flag(["--ngf"], 32, "channels of the decoder, with an autoencoder", "N");
        _pretrained = verb.Flag<bool>(["--pretrained"], "start from the weights that the Python tool packages for this network, if the folder TOPAZ_MODELS has them, as is done anyway");
        _noPretrained = verb.Flag<bool>(["--no-pretrained"], "start from random weights even so");
        _describe = verb.Flag<bool>(["--describe"], "print the network and end");
    }

    /// <summary>The architecture's name or the model's path.</summary>
    public string Model(ParseResult parse) => parse.GetValue(_model)!;

    /// <summary>Whether the architecture was asked for.</summary>
    public bool ChoosesArchitecture(ParseResult parse) => !parse.IsDefault(_model);

    /// <summary>Whether the number of channels was asked for.</summary>
    public bool ChoosesUnits(ParseResult parse) => !parse.IsDefault(_units);

    /// <summary>Whether a description of the network is all that is asked for.</summary>
    public bool Describe(ParseResult parse) => parse.GetValue(_describe);

    /// <summary>Says in one line what training starts from, where that is not said by -m.</summary>
    public void NoteStart(ParseResult parse, PickerModel? start, VerbConsole console)
    {
        if (Packaged(parse) is { } path)
            console.Note($"Starting from {path}; --no-pretrained starts from random weights.");
        else if (start is null && (parse.GetValue(_pretrained) || !parse.GetValue(_noPretrained)))
            console.Note("Starting from random weights: no pretrained models are packaged.");
    }

    /// <summary>The network, and the model it starts from, if it is not random.</summary>
    public (ArchitectureOptions Architecture, PickerModel? Start) Read(ParseResult parse)
    {
        if (parse.GetValue(_unitScaling) != 2)
            throw new UsageException("--unit-scaling: only networks with twice the channels after each stride are known.");
        string name = Model(parse);
        PickerModel? start = Packaged(parse) is { } packaged ? ModelFile.Load(packaged) : null;
        if (!ArchitectureFactory.Names.Contains(name))
        {
            if (!File.Exists(name))
                throw new UsageException($"--model: '{name}' is neither a file nor one of {string.Join(", ", ArchitectureFactory.Names)}.");
            if (((Option[])[_units, _dropout, _bn, _pooling]).FirstOrDefault(flag => !parse.IsDefault(flag)) is { } fixedFlag)
                throw new UsageException($"{fixedFlag.Name} cannot be chosen: the model {name} fixes it.");
            start = ModelFile.Load(name);
        }

        ArchitectureOptions architecture = start?.Architecture.Options ?? new ArchitectureOptions
        {
            Name = name,
            Units = parse.GetValue(_units),
            Dropout = parse.GetValue(_dropout),
            BatchNorm = parse.GetValue(_bn) == "on",
            MaxPooling = parse.GetValue(_pooling) == "max",
        };
        architecture = architecture with { DecoderUnits = parse.GetValue(_ngf) };
        try
        {
            ArchitectureFactory.Create(architecture);
        }
        catch (TopazException exception)
        {
            throw new UsageException(exception.Message);
        }

        return (architecture, start);
    }

    /// <summary>The packaged weights that training starts from as the Python tool would; null where it would not, or they are not here.</summary>
    private string? Packaged(ParseResult parse)
    {
        string name = Model(parse);
        // They have no batch norm and no pooling; who asks for these, or for none of them, knows.
        bool fits = ArchitectureFactory.Names.Contains(name) && parse.IsDefault(_bn) && parse.IsDefault(_pooling) && parse.IsDefault(_dropout);
        return fits && !parse.GetValue(_noPretrained) ? PackagedModels.Find(name, parse.GetValue(_units)) : null;
    }

    /// <summary>Prints what a network is made of.</summary>
    public static void Print(Architecture architecture, TextWriter output)
    {
        architecture = architecture.WithoutDecoder();
        output.WriteLine("layer                       channels     kernel  stride  dilation  skip");
        foreach (Layer layer in architecture.Layers)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{layer.Name,-26}  {layer.In,4} → {layer.Out,-4}  {layer.Kernel + "×" + layer.Kernel,6}  {layer.Stride,6}  {layer.Dilation,8}  {(layer.Skip is null ? "" : "yes")}")
                .TrimEnd());
        }

        int parameters = ParameterLayout.Of(architecture).Sum(parameter => parameter.Length);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{architecture.Options.Name}: sees {architecture.Width} × {architecture.Width} pixels, {parameters} parameters"));
    }
}
