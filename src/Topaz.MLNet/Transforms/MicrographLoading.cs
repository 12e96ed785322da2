using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Topaz.Images;

namespace Topaz.MLNet;

/// <summary>
/// Reads micrographs from files whose paths are in a column. For data that went through <c>Cache</c>, <c>AppendCacheCheckpoint</c> or
/// <c>ShuffleRows</c>, which leave columns of images out: cache or shuffle paths, then load.
/// </summary>
public sealed class MicrographLoadingEstimator : PickingEstimator<MicrographLoadingTransformer>
{
    private readonly Options _options;

    internal MicrographLoadingEstimator(MLContext ml, Options options)
        : base(ml, Inputs(options)) => _options = options;

    private protected override IEstimator<ITransformer> Shape => StageChain.Create(
        Context,
        new LoadingFactory(),
        LoadingFactory.Contract,
        new LoadingState(_options.InputColumnName, _options.NameColumnName is not null),
        [(nameof(LoadingInput.Path), _options.InputColumnName), (nameof(LoadingInput.Name), _options.NameColumnName ?? _options.InputColumnName)],
        [(nameof(LoadingOutput.Micrograph), _options.OutputColumnName)]);

    private protected override MicrographLoadingTransformer Learn(IDataView input) => new(Shape.Fit(input), Inputs(_options));

    private static InputColumn[] Inputs(Options options)
    {
        var path = new InputColumn(options.InputColumnName, ColumnKind.Text);
        return options.NameColumnName is { } name ? [path, new InputColumn(name, ColumnKind.Text)] : [path];
    }

    /// <summary>Which columns to use.</summary>
    public sealed class Options
    {
        /// <summary>Text: the micrograph's path.</summary>
        public string InputColumnName { get; set; } = PickingColumns.Path;

        /// <summary>Text: the micrograph's name; null to name it after its file, without folder and extension.</summary>
        public string? NameColumnName { get; set; } = PickingColumns.Name;

        /// <summary>Column of <see cref="MicrographDataViewType"/> to write.</summary>
        public string OutputColumnName { get; set; } = PickingColumns.Micrograph;
    }
}

/// <summary>What a <see cref="MicrographLoadingEstimator"/> gives: a file is read each time its row's image is asked for.</summary>
public sealed class MicrographLoadingTransformer : PickingTransformer
{
    internal MicrographLoadingTransformer(ITransformer chain, InputColumn[] inputs)
        : base(chain, inputs)
    {
    }
}

internal sealed record LoadingState(string InputColumn, bool IsNamed);

internal sealed class LoadingInput : StageInput
{
    [ColumnName(StageChain.InputPrefix + nameof(Path))]
    public ReadOnlyMemory<char> Path { get; set; }

    [ColumnName(StageChain.InputPrefix + nameof(Name))]
    public ReadOnlyMemory<char> Name { get; set; }
}

internal sealed class LoadingOutput
{
    [MicrographType]
    [ColumnName(StageChain.OutputPrefix + nameof(Micrograph))]
    public Micrograph? Micrograph { get; set; }
}

[CustomMappingFactoryAttribute(Contract)]
internal sealed class LoadingFactory : StageFactory<LoadingInput, LoadingOutput, LoadingState>
{
    public const string Contract = "Topaz.MLNet.Loading.v1";

    protected override Action<LoadingInput, LoadingOutput> Start(LoadingState state) => (input, output) =>
    {
        if (input.Path.IsEmpty)
            throw new TopazException($"Column '{state.InputColumn}': a row has no path; set it in every row.");
        Micrograph read = Given.InColumn(state.InputColumn, () => MicrographFile.Read(input.Path.ToString()));
        output.Micrograph = state.IsNamed ? read.WithName(input.Name.ToString()) : read;
    };
}
