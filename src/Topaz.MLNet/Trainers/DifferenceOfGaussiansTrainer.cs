using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;
using Topaz.Images;
using Topaz.Picking;

namespace Topaz.MLNet;

/// <summary>
/// The classical picker: blobs of the particle's size, found as maxima of a difference of Gaussians whose width and sign are tuned on the
/// labels. The baseline that a network has to beat.
/// </summary>
/// <remarks>Voss et al., "DoG Picker and TiltPicker", J. Struct. Biol. 166:205, 2009.</remarks>
public sealed class DifferenceOfGaussiansTrainer : PickingEstimator<DifferenceOfGaussiansTransformer>
{
    private readonly Options _options;
    private readonly IHost _host;

    internal DifferenceOfGaussiansTrainer(MLContext ml, Options options)
        : base(ml, Inputs(options))
    {
        if (options.Radius < 1)
            throw new ArgumentOutOfRangeException(nameof(options), options.Radius, "The radius must be 1 pixel or larger.");
        if (options.Sigma is { } sigma && !(sigma > 0 && double.IsFinite(sigma)))
            throw new ArgumentOutOfRangeException(nameof(options), sigma, "Sigma must be positive.");
        if (float.IsNaN(options.Threshold))
            throw new ArgumentOutOfRangeException(nameof(options), options.Threshold, "The threshold must be a number.");
        _options = options;
        _host = ((IHostEnvironment)ml).Register(nameof(DifferenceOfGaussiansTrainer));
    }

    private protected override IEstimator<ITransformer> Shape => Chain(new DogPicker(1, Dark: true));

    private protected override DifferenceOfGaussiansTransformer Learn(IDataView input)
    {
        using IChannel channel = _host.Start("Tuning");
        DogPicker picker;
        if (_options.Sigma is { } sigma)
        {
            picker = new DogPicker(sigma, _options.Dark);
        }
        else
        {
            LabelledMicrographs train = LabelledMicrographs.Read(
                input, _options.MicrographColumnName, _options.LabelXColumnName, _options.LabelYColumnName);
            train.WarnOfOutside(channel, "training");
            (picker, double averagePrecision) = DogPicker.Tune(train.Micrographs, train.Labels, _options.Radius);
            channel.Info(MessageSensitivity.None, FormattableString.Invariant(
                $"best of the widths tried: sigma {picker.Sigma:0.00}, {(picker.Dark ? "dark" : "bright")} particles, AUPRC {averagePrecision:0.000} on the training data"));
        }

        return new DifferenceOfGaussiansTransformer(Chain(picker).Fit(input), picker, _options.MicrographColumnName);
    }

    private EstimatorChain<ITransformer> Chain(DogPicker picker) => StageChain.Create(
        Context,
        new DogFactory(),
        DogFactory.Contract,
        new DogState(picker, _options.Radius, _options.Threshold, _options.MicrographColumnName),
        [(nameof(DogInput.Micrograph), _options.MicrographColumnName)],
        PicksOutput.Columns);

    private static InputColumn[] Inputs(Options options)
    {
        var micrograph = new InputColumn(options.MicrographColumnName, ColumnKind.Micrograph);
        return options.Sigma is null
            ? [micrograph, new(options.LabelXColumnName, ColumnKind.Vector), new(options.LabelYColumnName, ColumnKind.Vector)]
            : [micrograph];
    }

    /// <summary>What to look for.</summary>
    public sealed class Options
    {
        /// <summary>Column of <see cref="MicrographDataViewType"/> to pick from.</summary>
        public string MicrographColumnName { get; set; } = PickingColumns.Micrograph;

        /// <summary>Vector of Single: x of the labels, in pixels of the raw micrograph; not read where <see cref="Sigma"/> is given.</summary>
        public string LabelXColumnName { get; set; } = PickingColumns.LabelX;

        /// <summary>Vector of Single: y of the labels, in pixels of the raw micrograph; not read where <see cref="Sigma"/> is given.</summary>
        public string LabelYColumnName { get; set; } = PickingColumns.LabelY;

        /// <summary>The particle's radius, in pixels of the prepared micrograph.</summary>
        public int Radius { get; set; }

        /// <summary>Grey values of the answer must be above this.</summary>
        public float Threshold { get; set; }

        /// <summary>σ of the narrower Gaussian, in pixels of the prepared micrograph; null to tune σ and sign on the labels.</summary>
        public double? Sigma { get; set; }

        /// <summary>Whether particles are darker than their surroundings; used where <see cref="Sigma"/> is given.</summary>
        public bool Dark { get; set; } = true;
    }
}

/// <summary>What a <see cref="DifferenceOfGaussiansTrainer"/> gives: picks in pixels of the raw micrograph.</summary>
public sealed class DifferenceOfGaussiansTransformer : PickingTransformer
{
    internal DifferenceOfGaussiansTransformer(ITransformer chain, DogPicker picker, string inputColumn)
        : base(chain, new InputColumn(inputColumn, ColumnKind.Micrograph)) => Picker = picker;

    /// <summary>The filter's width and sign.</summary>
    public DogPicker Picker { get; }

    /// <summary>The first stage of this kind in a model, fitted here or loaded; null if there is none.</summary>
    internal static DifferenceOfGaussiansTransformer? FindIn(MLContext ml, ITransformer model) => model switch
    {
        DifferenceOfGaussiansTransformer fitted => fitted,
        IEnumerable<ITransformer> parts => StageChain.StateIn<DogInput, PicksOutput, DogState>(ml, parts) is { } state
            ? new DifferenceOfGaussiansTransformer(model, state.Picker, state.InputColumn)
            : parts.Select(part => FindIn(ml, part)).FirstOrDefault(found => found is not null),
        _ => null,
    };
}

internal sealed record DogState(DogPicker Picker, int Radius, float Threshold, string InputColumn);

internal sealed class DogInput : StageInput
{
    [MicrographType]
    [ColumnName(StageChain.InputPrefix + nameof(Micrograph))]
    public Micrograph? Micrograph { get; set; }
}

[CustomMappingFactoryAttribute(Contract)]
internal sealed class DogFactory : StageFactory<DogInput, PicksOutput, DogState>
{
    public const string Contract = "Topaz.MLNet.DifferenceOfGaussians.v1";

    protected override Action<DogInput, PicksOutput> Start(DogState state) => (input, output) =>
    {
        Micrograph micrograph = Given.Micrograph(input.Micrograph, state.InputColumn);
        output.Set(state.Picker.Pick(micrograph, DogPicker.LeastDistance(state.Radius), state.Threshold), micrograph, state.Radius);
    };
}
