using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Topaz.Compute;
using Topaz.Images;
using Topaz.Networks;
using Topaz.Training;

namespace Topaz.MLNet;

/// <summary>
/// Scores micrographs with a network that was trained before, here or by the <c>topaz</c> command. Raw micrographs are prepared as the
/// model demands.
/// </summary>
public sealed class MicrographScoringEstimator : PickingEstimator<MicrographScoringTransformer>
{
    private readonly PickerModel _model;
    private readonly Options _options;

    internal MicrographScoringEstimator(MLContext ml, PickerModel model, Options options)
        : base(ml, new InputColumn(options.InputColumnName, ColumnKind.Micrograph)) =>
        (_model, _options) = (model, options);

    private protected override IEstimator<ITransformer> Shape => Chain(Context, [], _options.InputColumnName, _options.OutputColumnName);

    private protected override MicrographScoringTransformer Learn(IDataView input) =>
        MicrographScoringTransformer.Create(Context, _model, _options.InputColumnName, _options.OutputColumnName, input);

    internal static IEstimator<ITransformer> Chain(MLContext ml, byte[] model, string inputColumn, string outputColumn) => StageChain.Create(
        ml,
        new ScoringFactory(() => BackendChoice.Of(ml)),
        ScoringFactory.Contract,
        new ScoringState(model, inputColumn),
        [(nameof(ScoringInput.Micrograph), inputColumn)],
        [(nameof(ScoringOutput.ScoreMap), outputColumn)]);

    /// <summary>Which columns to use.</summary>
    public sealed class Options
    {
        /// <summary>Column of <see cref="MicrographDataViewType"/> to read, raw or prepared.</summary>
        public string InputColumnName { get; set; } = PickingColumns.Micrograph;

        /// <summary>Column of <see cref="MicrographDataViewType"/> to write: the log-odds at each pixel of the prepared micrograph.</summary>
        public string OutputColumnName { get; set; } = PickingColumns.ScoreMap;
    }
}

/// <summary>
/// A trained network: adds a column with the map of log-odds. Many threads may use it; one at a time scores, on all cores,
/// or on the GPU that the context asks for.
/// </summary>
public sealed class MicrographScoringTransformer : PickingTransformer
{
    private MicrographScoringTransformer(ITransformer chain, PickerModel model, string inputColumn)
        : base(chain, new InputColumn(inputColumn, ColumnKind.Micrograph)) => Model = model;

    /// <summary>
    /// The network, how its input is prepared, and how it was trained. <see cref="Networks.ModelFile.Save"/> writes it for the
    /// <c>topaz</c> command.
    /// </summary>
    public PickerModel Model { get; }

    /// <summary>How training went; empty for a model that was loaded.</summary>
    public IReadOnlyList<CurveRow> TrainingCurve { get; private init; } = [];

    internal static MicrographScoringTransformer Create(
        MLContext ml, PickerModel model, string inputColumn, string outputColumn, IDataView input, IReadOnlyList<CurveRow>? curve = null)
    {
        ITransformer chain = MicrographScoringEstimator.Chain(ml, ModelFile.ToBytes(model), inputColumn, outputColumn).Fit(input);
        return new MicrographScoringTransformer(chain, model, inputColumn) { TrainingCurve = curve ?? [] };
    }

    /// <summary>The first scoring stage of a model, fitted here or loaded; null if there is none.</summary>
    internal static MicrographScoringTransformer? FindIn(MLContext ml, ITransformer model) => model switch
    {
        MicrographScoringTransformer fitted => fitted,
        IEnumerable<ITransformer> parts => StageChain.StateIn<ScoringInput, ScoringOutput, ScoringState>(ml, parts) is { } state
            ? new MicrographScoringTransformer(model, state.Parse(), state.InputColumn)
            : parts.Select(part => FindIn(ml, part)).FirstOrDefault(found => found is not null),
        _ => null,
    };
}

/// <param name="Model">A model file's bytes.</param>
/// <param name="InputColumn">The column that is read.</param>
internal sealed record ScoringState(byte[] Model, string InputColumn)
{
    public PickerModel Parse() => ModelFile.FromBytes(Model, "the picker in this ML.NET model");
}

internal sealed class ScoringInput : StageInput
{
    [MicrographType]
    [ColumnName(StageChain.InputPrefix + nameof(Micrograph))]
    public Micrograph? Micrograph { get; set; }
}

internal sealed class ScoringOutput
{
    [MicrographType]
    [ColumnName(StageChain.OutputPrefix + nameof(ScoreMap))]
    public Micrograph? ScoreMap { get; set; }
}

[CustomMappingFactoryAttribute(Contract)]
internal sealed class ScoringFactory(Func<IComputeBackend> backend) : StageFactory<ScoringInput, ScoringOutput, ScoringState>
{
    public const string Contract = "Topaz.MLNet.Scoring.v1";

    /// <summary>As ML.NET makes it for a loaded model.</summary>
    public ScoringFactory()
        : this(BackendChoice.OfLoadedModel)
    {
    }

    protected override Action<ScoringInput, ScoringOutput> Start(ScoringState state)
    {
        PickerModel model = state.Parse();
        // A scorer uses all cores or a GPU for one micrograph and is not for concurrent use: one for all threads, who take turns.
        IScorer scorer = backend().CreateScorer(model);
        return (input, output) =>
        {
            Micrograph prepared = Given.Prepared(Given.Micrograph(input.Micrograph, state.InputColumn), model.Preprocessing, state.InputColumn);
            lock (scorer)
                output.ScoreMap = scorer.Score(prepared);
        };
    }
}
