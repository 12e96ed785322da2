using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Topaz.Images;

namespace Topaz.MLNet;

/// <summary>Prepares raw micrographs for the network: Fourier downsampling, then normalisation.</summary>
public sealed class MicrographPreprocessingEstimator : PickingEstimator<MicrographPreprocessingTransformer>
{
    private readonly Options _options;

    internal MicrographPreprocessingEstimator(MLContext ml, Options options)
        : base(ml, new InputColumn(options.InputColumnName, ColumnKind.Micrograph))
    {
        if (!(options.Downsampling >= 1) || double.IsInfinity(options.Downsampling))
            throw new ArgumentOutOfRangeException(nameof(options), options.Downsampling, "The downsampling factor must be a number from 1 up.");
        if (!Enum.IsDefined(options.Normalization))
            throw new ArgumentOutOfRangeException(nameof(options), options.Normalization, "There is no such normalization.");
        _options = options;
    }

    private protected override IEstimator<ITransformer> Shape => StageChain.Create(
        Context,
        new PreprocessingFactory(),
        PreprocessingFactory.Contract,
        new PreprocessingState(new Preprocessing(_options.Downsampling, _options.Normalization), _options.InputColumnName),
        [(nameof(PreprocessingInput.Micrograph), _options.InputColumnName)],
        [(nameof(PreprocessingOutput.Micrograph), _options.OutputColumnName ?? _options.InputColumnName)]);

    private protected override MicrographPreprocessingTransformer Learn(IDataView input) => new(Shape.Fit(input), _options);

    /// <summary>What to do, and in which columns.</summary>
    public sealed class Options
    {
        /// <summary>Column of <see cref="MicrographDataViewType"/> to read.</summary>
        public string InputColumnName { get; set; } = PickingColumns.Micrograph;

        /// <summary>Column of <see cref="MicrographDataViewType"/> to write; null for the input column itself.</summary>
        public string? OutputColumnName { get; set; }

        /// <summary>Fourier downsampling factor, from 1 (none) up, not necessarily whole.</summary>
        public double Downsampling { get; set; } = 1;

        /// <summary>How grey values are normalised.</summary>
        public Normalization Normalization { get; set; } = Normalization.Mixture;
    }
}

/// <summary>What a <see cref="MicrographPreprocessingEstimator"/> gives.</summary>
public sealed class MicrographPreprocessingTransformer : PickingTransformer
{
    internal MicrographPreprocessingTransformer(ITransformer chain, MicrographPreprocessingEstimator.Options options)
        : base(chain, new InputColumn(options.InputColumnName, ColumnKind.Micrograph)) =>
        Preprocessing = new Preprocessing(options.Downsampling, options.Normalization);

    /// <summary>What is done to each micrograph.</summary>
    public Preprocessing Preprocessing { get; }
}

internal sealed record PreprocessingState(Preprocessing Preprocessing, string InputColumn);

internal sealed class PreprocessingInput : StageInput
{
    [MicrographType]
    [ColumnName(StageChain.InputPrefix + nameof(Micrograph))]
    public Micrograph? Micrograph { get; set; }
}

internal sealed class PreprocessingOutput
{
    [MicrographType]
    [ColumnName(StageChain.OutputPrefix + nameof(Micrograph))]
    public Micrograph? Micrograph { get; set; }
}

[CustomMappingFactoryAttribute(Contract)]
internal sealed class PreprocessingFactory : StageFactory<PreprocessingInput, PreprocessingOutput, PreprocessingState>
{
    public const string Contract = "Topaz.MLNet.Preprocessing.v1";

    protected override Action<PreprocessingInput, PreprocessingOutput> Start(PreprocessingState state) => (input, output) =>
    {
        Micrograph given = Given.Micrograph(input.Micrograph, state.InputColumn);
        // Downsampled after it was normalised, it would have another deviation, and no record could tell it from one prepared rightly.
        if (given.Preprocessing.Normalization != Normalization.None)
            throw new TopazException($"Column '{state.InputColumn}': {given.Name} is normalised already; downsample first, normalise last, and once.");
        output.Micrograph = Given.InColumn(state.InputColumn, () => Preprocessor.Apply(given, state.Preprocessing));
    };
}
