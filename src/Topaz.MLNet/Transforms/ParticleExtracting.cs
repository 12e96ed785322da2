using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Topaz.Images;
using Topaz.Particles;
using Topaz.Picking;

namespace Topaz.MLNet;

/// <summary>
/// Picks particles from a map of scores by greedy non-maximum suppression: the best pixel first, then the best of those farther away
/// than the radius, and so on.
/// </summary>
public sealed class ParticleExtractingEstimator : PickingEstimator<ParticleExtractingTransformer>
{
    private readonly Options _options;

    internal ParticleExtractingEstimator(MLContext ml, Options options)
        : base(ml, new InputColumn(options.InputColumnName, ColumnKind.Micrograph))
    {
        if (options.Radius < 1)
            throw new ArgumentOutOfRangeException(nameof(options), options.Radius, "The radius must be 1 pixel or larger.");
        if (float.IsNaN(options.Threshold))
            throw new ArgumentOutOfRangeException(nameof(options), options.Threshold, "The threshold must be a number.");
        _options = options;
    }

    private protected override IEstimator<ITransformer> Shape => StageChain.Create(
        Context,
        new ExtractingFactory(),
        ExtractingFactory.Contract,
        new ExtractingState(_options.Radius, _options.Threshold, _options.InputColumnName),
        [(nameof(ExtractingInput.ScoreMap), _options.InputColumnName)],
        PicksOutput.Columns);

    private protected override ParticleExtractingTransformer Learn(IDataView input) => new(Shape.Fit(input), _options);

    /// <summary>How to pick.</summary>
    public sealed class Options
    {
        /// <summary>Column of <see cref="MicrographDataViewType"/> to read: the map of scores.</summary>
        public string InputColumnName { get; set; } = PickingColumns.ScoreMap;

        /// <summary>
        /// The particle's radius, in pixels of the prepared micrograph; it must be given. Picks are farther apart than this, and match
        /// labels within it unless another match radius is given.
        /// </summary>
        public int Radius { get; set; }

        /// <summary>Scores must be above this; log-odds, 0 being as likely as not.</summary>
        public float Threshold { get; set; } = -6;
    }
}

/// <summary>What a <see cref="ParticleExtractingEstimator"/> gives: picks in pixels of the raw micrograph.</summary>
public sealed class ParticleExtractingTransformer : PickingTransformer
{
    internal ParticleExtractingTransformer(ITransformer chain, ParticleExtractingEstimator.Options options)
        : base(chain, new InputColumn(options.InputColumnName, ColumnKind.Micrograph)) =>
        (Radius, Threshold) = (options.Radius, options.Threshold);

    /// <summary>The particle's radius, in pixels of the prepared micrograph; picks are farther apart than this.</summary>
    public int Radius { get; }

    /// <summary>Scores are above this.</summary>
    public float Threshold { get; }
}

internal sealed record ExtractingState(int Radius, float Threshold, string InputColumn);

internal sealed class ExtractingInput : StageInput
{
    [MicrographType]
    [ColumnName(StageChain.InputPrefix + nameof(ScoreMap))]
    public Micrograph? ScoreMap { get; set; }
}

/// <summary>What every stage that picks writes.</summary>
internal sealed class PicksOutput
{
    public static IReadOnlyList<(string Property, string Column)> Columns { get; } =
    [
        (nameof(PickX), PickingColumns.PickX), (nameof(PickY), PickingColumns.PickY),
        (nameof(PickScore), PickingColumns.PickScore), (nameof(PickRadius), PickingColumns.PickRadius),
    ];

    [ColumnName(StageChain.OutputPrefix + nameof(PickX))]
    public float[] PickX { get; set; } = [];

    [ColumnName(StageChain.OutputPrefix + nameof(PickY))]
    public float[] PickY { get; set; } = [];

    [ColumnName(StageChain.OutputPrefix + nameof(PickScore))]
    public float[] PickScore { get; set; } = [];

    [ColumnName(StageChain.OutputPrefix + nameof(PickRadius))]
    public float PickRadius { get; set; }

    /// <summary>Writes picks.</summary>
    /// <param name="picks">Picks in pixels of <paramref name="image"/>.</param>
    /// <param name="image">The image that was picked.</param>
    /// <param name="radius">The particle's radius in pixels of the image.</param>
    public void Set(IReadOnlyList<Particle> picks, Micrograph image, double radius)
    {
        Particle[] raw = [.. picks.Select(image.ToRaw)];
        PickX = [.. raw.Select(pick => (float)pick.X)];
        PickY = [.. raw.Select(pick => (float)pick.Y)];
        PickScore = [.. raw.Select(pick => pick.Score)];
        PickRadius = (float)(radius * image.ScaleX);
    }
}

[CustomMappingFactoryAttribute(Contract)]
internal sealed class ExtractingFactory : StageFactory<ExtractingInput, PicksOutput, ExtractingState>
{
    public const string Contract = "Topaz.MLNet.Extracting.v1";

    protected override Action<ExtractingInput, PicksOutput> Start(ExtractingState state) => (input, output) =>
    {
        Micrograph map = Given.Micrograph(input.ScoreMap, state.InputColumn);
        output.Set(NonMaximumSuppression.Pick(map, state.Radius, state.Threshold), map, state.Radius);
    };
}
