using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Topaz.Images;
using Topaz.Particles;
using Topaz.Picking;

namespace Topaz.MLNet;

/// <summary>
/// Describes every pick by numbers (<see cref="CandidateFeatures.Names"/>), from which a stock trainer can learn to rank picks
/// again; <see cref="ParticlePickingCatalog.UnrollPicks"/> makes one row of each.
/// </summary>
public sealed class CandidateFeaturizingEstimator : PickingEstimator<CandidateFeaturizingTransformer>
{
    private readonly Options _options;

    internal CandidateFeaturizingEstimator(MLContext ml, Options options)
        : base(ml, Inputs(options)) => _options = options;

    private protected override IEstimator<ITransformer> Shape => StageChain.Create(
        Context,
        new FeaturizingFactory(),
        FeaturizingFactory.Contract,
        new FeaturizingState(CandidateFeatures.Names.Count, _options.MicrographColumnName, _options.ScoreMapColumnName),
        [
            (nameof(FeaturizingInput.Micrograph), _options.MicrographColumnName), (nameof(FeaturizingInput.ScoreMap), _options.ScoreMapColumnName),
            (nameof(FeaturizingInput.PickX), PickingColumns.PickX), (nameof(FeaturizingInput.PickY), PickingColumns.PickY),
            (nameof(FeaturizingInput.PickScore), PickingColumns.PickScore), (nameof(FeaturizingInput.PickRadius), PickingColumns.PickRadius),
        ],
        [(nameof(FeaturizingOutput.Features), _options.OutputColumnName)]);

    private protected override CandidateFeaturizingTransformer Learn(IDataView input) => new(Shape.Fit(input), Inputs(_options));

    private static InputColumn[] Inputs(Options options) =>
    [
        new(options.MicrographColumnName, ColumnKind.Micrograph), new(options.ScoreMapColumnName, ColumnKind.Micrograph),
        new(PickingColumns.PickX, ColumnKind.Vector), new(PickingColumns.PickY, ColumnKind.Vector),
        new(PickingColumns.PickScore, ColumnKind.Vector), new(PickingColumns.PickRadius, ColumnKind.Number),
    ];

    /// <summary>Which columns to use, beside those of the picks.</summary>
    public sealed class Options
    {
        /// <summary>Column of <see cref="MicrographDataViewType"/>: the micrograph, prepared, or raw as the network got it.</summary>
        public string MicrographColumnName { get; set; } = PickingColumns.Micrograph;

        /// <summary>Column of <see cref="MicrographDataViewType"/>: the map of scores.</summary>
        public string ScoreMapColumnName { get; set; } = PickingColumns.ScoreMap;

        /// <summary>Vector of Single to write: the features of the first pick, then those of the second, and so on.</summary>
        public string OutputColumnName { get; set; } = PickingColumns.CandidateFeatures;
    }
}

/// <summary>What a <see cref="CandidateFeaturizingEstimator"/> gives.</summary>
public sealed class CandidateFeaturizingTransformer : PickingTransformer
{
    internal CandidateFeaturizingTransformer(ITransformer chain, InputColumn[] inputs)
        : base(chain, inputs)
    {
    }
}

/// <param name="Count">Features of one candidate; a model saved with other features than this version has is refused.</param>
/// <param name="MicrographColumn">The column of micrographs, for messages.</param>
/// <param name="ScoreMapColumn">The column of score maps, for messages.</param>
internal sealed record FeaturizingState(int Count, string MicrographColumn, string ScoreMapColumn);

internal sealed class FeaturizingInput : StageInput
{
    [MicrographType]
    [ColumnName(StageChain.InputPrefix + nameof(Micrograph))]
    public Micrograph? Micrograph { get; set; }

    [MicrographType]
    [ColumnName(StageChain.InputPrefix + nameof(ScoreMap))]
    public Micrograph? ScoreMap { get; set; }

    [ColumnName(StageChain.InputPrefix + nameof(PickX))]
    public float[] PickX { get; set; } = [];

    [ColumnName(StageChain.InputPrefix + nameof(PickY))]
    public float[] PickY { get; set; } = [];

    [ColumnName(StageChain.InputPrefix + nameof(PickScore))]
    public float[] PickScore { get; set; } = [];

    [ColumnName(StageChain.InputPrefix + nameof(PickRadius))]
    public float PickRadius { get; set; }
}

internal sealed class FeaturizingOutput
{
    [ColumnName(StageChain.OutputPrefix + nameof(Features))]
    public float[] Features { get; set; } = [];
}

[CustomMappingFactoryAttribute(Contract)]
internal sealed class FeaturizingFactory : StageFactory<FeaturizingInput, FeaturizingOutput, FeaturizingState>
{
    public const string Contract = "Topaz.MLNet.CandidateFeatures.v1";

    protected override Action<FeaturizingInput, FeaturizingOutput> Start(FeaturizingState state)
    {
        if (state.Count != CandidateFeatures.Names.Count)
            throw new TopazException($"This model was saved with {state.Count} candidate features, this version of Topaz.MLNet computes {CandidateFeatures.Names.Count}; train it again.");
        return (input, output) =>
        {
            Micrograph map = Given.Micrograph(input.ScoreMap, state.ScoreMapColumn);
            Micrograph prepared = Given.Prepared(Given.Micrograph(input.Micrograph, state.MicrographColumn), map.Preprocessing, state.MicrographColumn);
            Particle[] candidates = [.. input.PickX.Select((x, i) => map.FromRaw(new Particle(x, input.PickY[i], input.PickScore[i])))];
            int radius = Math.Max(1, (int)Math.Round(input.PickRadius / map.ScaleX));
            output.Features = CandidateFeatures.Compute(prepared, map, candidates, radius);
        };
    }
}
