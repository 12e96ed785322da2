using System.Globalization;
using Topaz.Images;
using Topaz.Training;

namespace Topaz.Search;

/// <summary>The settings of particle picking that a search chooses.</summary>
public static class PickingSpace
{
    /// <summary>The network's architecture.</summary>
    public const string Architecture = "architecture";

    /// <summary>Channels of the first layer.</summary>
    public const string Units = "units";

    /// <summary>What is minimised.</summary>
    public const string Objective = "objective";

    /// <summary>Expected number of particles, as a multiple of the estimate; π follows from it.</summary>
    public const string Particles = "particles";

    /// <summary>Radius of the labelled disc, as a fraction of the particle's radius.</summary>
    public const string Radius = "radius";

    /// <summary>The largest learning rate.</summary>
    public const string LearningRate = "learning-rate";

    /// <summary>λ of the GE objectives, as a multiple of the published value.</summary>
    public const string Slack = "slack";

    /// <summary>Weight γ of the autoencoder's reconstruction error.</summary>
    public const string Autoencoder = "autoencoder";

    /// <summary>The downsampling factor.</summary>
    public const string Downsampling = "downsampling";

    /// <summary>Whether crops are rotated and flipped.</summary>
    public const string Augmentation = "augmentation";

    // Beyond these a setting means nothing, or no memory holds it.
    private static readonly Dictionary<string, (double Least, double Most)> s_bounds = new()
    {
        [Units] = (1, 1024),
        [Particles] = (0.01, 100),
        [Radius] = (0.01, 1),
        [LearningRate] = (1e-7, 1),
        [Slack] = (1e-3, 1e3),
        [Autoencoder] = (0, 1000),
        [Downsampling] = (1, 64),
    };

    /// <summary>The space in which good settings lie, as far as is known.</summary>
    /// <param name="options">How training is done where nothing is chosen; it gives the defaults.</param>
    /// <param name="isRaw">Whether micrographs are raw, so that their downsampling can be chosen.</param>
    /// <param name="fromModel">Whether training starts from a model, which then gives the network.</param>
    public static SearchSpace Create(TrainingOptions options, bool isRaw, bool fromModel = false)
    {
        ArgumentNullException.ThrowIfNull(options);
        string[] Or(string value, params string[] others) => [.. others.Contains(value) ? others : others.Append(value)];
        string name = options.Architecture.Name, units = Dimension.Text(options.Architecture.Units), factor = Dimension.Text(options.Preprocessing.Downsampling);
        double rate = options.LearningRate ?? TrainingOptions.SuitableLearningRate(options.PlannedUpdates, fromModel);
        double radius = options.Radius / (options.ParticleRadius ?? ParticleScale.RadiusForLabelRadius(options.Radius));
        return new SearchSpace(
        [
            new CategoricalDimension(Architecture, fromModel ? [name] : Or(name, "resnet8", "conv63", "conv31"), name),
            new CategoricalDimension(Units, fromModel ? [units] : Or(units, "16", "32"), units) { IsOpen = !fromModel },
            new CategoricalDimension(
                Objective, [.. Enum.GetValues<ObjectiveKind>().Select(ObjectiveFactory.NameOf)], ObjectiveFactory.NameOf(options.Objective)),
            new RangeDimension(Particles, 0.5, 2, 1, IsLogarithmic: true),
            new RangeDimension(Radius, Math.Min(0.2, radius), Math.Max(0.6, radius), radius),
            new RangeDimension(LearningRate, rate / 4, rate * 4, rate, IsLogarithmic: true),
            new RangeDimension(Slack, 0.25, 4, 1, IsLogarithmic: true),
            // With 50 labels and 300 updates, AUPRC was .85 without, .83, .80 and .44 with γ of 0.002, 0.02 and the published 10 / labels, in more than twice the time: for those who ask for it.
            new CategoricalDimension(Autoencoder, [Dimension.Text(options.AutoencoderWeight ?? 0)], Dimension.Text(options.AutoencoderWeight ?? 0)) { IsOpen = true },
            new CategoricalDimension(Downsampling, isRaw && !fromModel ? Factors(options.Preprocessing.Downsampling) : [factor], factor) { IsOpen = isRaw && !fromModel },
            new CategoricalDimension(Augmentation, ["on", "off"], options.Augment ? "on" : "off"),
        ]);
    }

    /// <summary>Makes sure that every value in a space, which a user may have chosen, makes sense.</summary>
    /// <exception cref="TopazException">One does not.</exception>
    public static void Check(SearchSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        foreach (Dimension dimension in space.Dimensions)
        {
            if (!s_bounds.TryGetValue(dimension.Name, out (double Least, double Most) bounds))
                continue;
            IEnumerable<double> values = dimension is RangeDimension range
                ? [range.Low, range.High]
                : ((CategoricalDimension)dimension).Values.Select(value => double.Parse(value, CultureInfo.InvariantCulture));
            foreach (double value in values)
            {
                if (!(value >= bounds.Least && value <= bounds.Most) || dimension.Name == Units && value != Math.Round(value))
                {
                    throw new TopazException(
                        $"{dimension.Name}: {Dimension.Text(value)} is not {(dimension.Name == Units ? "a whole number " : "")}from {Dimension.Text(bounds.Least)} to {Dimension.Text(bounds.Most)}.");
                }
            }
        }
    }

    /// <summary>How a trial trains.</summary>
    /// <param name="options">How training is done where nothing is chosen.</param>
    /// <param name="parameters">What was chosen.</param>
    /// <param name="particlesPerMicrograph">The estimated number of particles.</param>
    public static TrainingOptions Apply(TrainingOptions options, TrialParameters parameters, double particlesPerMicrograph)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(parameters);
        double factor = parameters.Number(Downsampling);
        double particleRadius = (options.ParticleRadius ?? ParticleScale.RadiusForLabelRadius(options.Radius)) * options.Preprocessing.Downsampling / factor;
        ObjectiveKind objective = ObjectiveFactory.KindOf(parameters.Text(Objective)) ?? throw new TopazException($"{Objective}: '{TopazException.Quoted(parameters.Text(Objective))}' is not known.");
        return options with
        {
            Architecture = options.Architecture with { Name = parameters.Text(Architecture), Units = (int)parameters.Number(Units) },
            Preprocessing = options.Preprocessing with { Downsampling = factor },
            Objective = objective,
            Pi = null,
            ExpectedParticles = objective == ObjectiveKind.PN ? null : particlesPerMicrograph * parameters.Number(Particles),
            Radius = (int)Math.Max(1, Math.Round(parameters.Number(Radius) * particleRadius)),
            ParticleRadius = particleRadius,
            LearningRate = parameters.Number(LearningRate),
            Slack = ObjectiveFactory.UsualSlack(objective) * parameters.Number(Slack),
            AutoencoderWeight = parameters.Number(Autoencoder),
            Augment = parameters.Text(Augmentation) == "on",
        };
    }

    /// <summary>Factors that make particles a third larger and smaller.</summary>
    private static string[] Factors(double factor) =>
        [.. new[] { Math.Max(1, Math.Round(0.75 * factor, 1)), factor, Math.Round(1.33 * factor, 1) }.Distinct().Select(Dimension.Text)];
}
