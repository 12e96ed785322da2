using Topaz.Images;
using Topaz.Networks;

namespace Topaz.Training;

/// <summary>How a picker is trained.</summary>
public sealed record TrainingOptions
{
    /// <summary>Channels of the decoder's last hidden layer, where reconstruction is trained and nothing else was chosen.</summary>
    private const int DefaultDecoderUnits = 32;

    /// <summary>The network; the decoder is added where <see cref="AutoencoderWeight"/> asks for it.</summary>
    public ArchitectureOptions Architecture { get; init; } = new();

    /// <summary>How the micrographs were prepared; it goes into the model.</summary>
    public Preprocessing Preprocessing { get; init; } = Preprocessing.None;

    /// <summary>What is minimised.</summary>
    public ObjectiveKind Objective { get; init; } = ObjectiveKind.GeBinomial;

    /// <summary>π, the expected fraction of positive pixels; null to compute it from <see cref="ExpectedParticles"/>.</summary>
    public double? Pi { get; init; }

    /// <summary>Expected number of particles on a micrograph; not used where <see cref="Pi"/> is given.</summary>
    public double? ExpectedParticles { get; init; }

    /// <summary>λ of the GE objectives; null for 1 (GE-binomial) or 10 (GE-KL).</summary>
    public double? Slack { get; init; }

    /// <summary>
    /// Weight γ of the reconstruction error; null for the published advice, 10/N for N ≤ 250 labels and none for more.
    /// </summary>
    public double? AutoencoderWeight { get; init; }

    /// <summary>Radius of the labelled disc around a particle, in pixels of the prepared micrographs.</summary>
    public int Radius { get; init; } = 3;

    /// <summary>Radius of the particle, in pixels of the prepared micrographs; null if unknown. It goes into the model, so that it knows how
    /// far apart picks must be.</summary>
    public double? ParticleRadius { get; init; }

    /// <summary>Crops in a minibatch.</summary>
    public int MinibatchSize { get; init; } = 256;

    /// <summary>Fraction of a minibatch that is labelled.</summary>
    public double PositiveShare { get; init; } = 0.0625;

    /// <summary>
    /// Whether minibatches are drawn from all pixels alike, so that about as many crops are labelled as pixels are, instead of
    /// <see cref="PositiveShare"/> of them. Not for <see cref="ObjectiveKind.PU"/>, which takes labelled and unlabelled crops apart.
    /// </summary>
    public bool NaturalSampling { get; init; }

    /// <summary>Whether crops are rotated and flipped at random.</summary>
    public bool Augment { get; init; } = true;

    /// <summary>
    /// The largest learning rate of Adam; null for one that suits the start and the budget: from random weights 0.004 for up to
    /// 400 planned updates and falling with the square root of their number beyond, a quarter of that from a given model.
    /// </summary>
    public double? LearningRate { get; init; }

    /// <summary>How the learning rate runs over the planned updates.</summary>
    public LearningRateSchedule LearningRateSchedule { get; init; } = LearningRateSchedule.OneCycle;

    /// <summary>λ of the L2 term on features and classifier.</summary>
    public double L2 { get; init; }

    /// <summary>Epochs; each ends with validation, a model file and a checkpoint.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>With test micrographs: after how many epochs without a better one training ends; null for never.</summary>
    public int? Patience { get; init; }

    /// <summary>Weight updates in an epoch.</summary>
    public int UpdatesPerEpoch { get; init; } = 1000;

    /// <summary>Seed of all random draws.</summary>
    public ulong Seed { get; init; }

    /// <summary>How near a pick must be to a label to have found it, in pixels of the prepared micrographs: the particle's radius, told or by the labelled disc.</summary>
    public double MatchRadius => ParticleRadius ?? ParticleScale.RadiusForLabelRadius(Radius);

    /// <summary>Least distance between picks of the trained model, in pixels of the prepared micrographs.</summary>
    public int PickRadius => ParticleScale.PickRadiusFor(MatchRadius);

    /// <summary>Weight updates of the whole run.</summary>
    public long PlannedUpdates => (long)Epochs * UpdatesPerEpoch;

    /// <summary>Fraction of a minibatch that is labelled; null where chance decides.</summary>
    internal double? LabelledShare => NaturalSampling ? null : PositiveShare;

    /// <summary>The largest learning rate of a run that starts from a given model or from random weights.</summary>
    internal double LearningRateFrom(bool model) => LearningRate ?? SuitableLearningRate(PlannedUpdates, model);

    /// <summary>The largest learning rate that suits a number of updates, from random weights or from a model.</summary>
    public static double SuitableLearningRate(long updates, bool fromModel) => 0.004 * Math.Sqrt(Math.Min(1, 400.0 / updates)) * (fromModel ? 0.25 : 1);

    /// <summary>γ for that many labelled particles.</summary>
    internal double AutoencoderWeightFor(int labels) => AutoencoderWeight ?? (labels <= 250 ? 10.0 / labels : 0);

    /// <summary>The network that is trained for that many labelled particles, with a decoder exactly if γ &gt; 0.</summary>
    internal Architecture ArchitectureFor(int labels)
    {
        int decoderUnits = AutoencoderWeightFor(labels) == 0 ? 0
            : Architecture.DecoderUnits > 0 ? Architecture.DecoderUnits : DefaultDecoderUnits;
        return ArchitectureFactory.Create(Architecture with { DecoderUnits = decoderUnits });
    }

    /// <summary>Makes sure that the numbers make sense; π and λ are the objective's business.</summary>
    /// <exception cref="TopazException">One does not.</exception>
    public void Validate()
    {
        Require(Radius >= 0, "radius", Radius, "0 or larger");
        Require(MinibatchSize >= 2, "minibatch size", MinibatchSize, "2 or larger");
        Require(PositiveShare is > 0 and < 1, "share of positives in a minibatch", PositiveShare, "between 0 and 1");
        if (NaturalSampling && Objective == ObjectiveKind.PU)
            throw new TopazException("Natural sampling does not go with the objective PU, which takes labelled and unlabelled crops apart; choose another objective.");
        Require(LearningRate is null or (> 0 and < double.PositiveInfinity), "learning rate", LearningRate ?? 0, "positive");
        Require(L2 is >= 0 and < double.PositiveInfinity, "L2 weight", L2, "0 or larger");
        Require(
            AutoencoderWeight is null or (>= 0 and < double.PositiveInfinity), "autoencoder weight", AutoencoderWeight ?? 0, "0 or larger");
        Require(
            ExpectedParticles is null or (> 0 and < double.PositiveInfinity),
            "expected number of particles per micrograph", ExpectedParticles ?? 0, "positive");
        Require(Epochs >= 1, "number of epochs", Epochs, "1 or larger");
        Require(Patience is null or >= 1, "patience", Patience ?? 0, "1 epoch or more");
        Require(UpdatesPerEpoch >= 1, "number of updates per epoch", UpdatesPerEpoch, "1 or larger");
    }

    private static void Require(bool holds, string name, IFormattable value, string range)
    {
        if (!holds)
            throw new TopazException($"The {name} must be {range}; it is {value.ToString(null, System.Globalization.CultureInfo.InvariantCulture)}.");
    }
}
