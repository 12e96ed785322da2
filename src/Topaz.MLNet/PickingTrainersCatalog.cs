using Microsoft.ML;

namespace Topaz.MLNet;

/// <summary>Trainers for particle picking: <c>ml.ParticlePicking.Trainers</c>.</summary>
public sealed class PickingTrainersCatalog
{
    private readonly MLContext _ml;

    internal PickingTrainersCatalog(MLContext ml) => _ml = ml;

    /// <summary>Trains a network on micrographs of which some particles are labelled and nothing else is known.</summary>
    /// <param name="expectedParticles">How many particles a micrograph is expected to hold, labelled or not.</param>
    /// <param name="radius">Radius of the labelled disc around a particle, in pixels of the prepared micrograph.</param>
    /// <param name="numberOfEpochs">Epochs of 100 updates.</param>
    /// <exception cref="ArgumentException">A number makes no sense; the message tells which.</exception>
    public PositiveUnlabeledTrainer PositiveUnlabeled(double expectedParticles, int radius = 3, int numberOfEpochs = 10) =>
        PositiveUnlabeled(new PositiveUnlabeledTrainer.Options
        {
            ExpectedParticles = expectedParticles,
            Radius = radius,
            NumberOfEpochs = numberOfEpochs,
        });

    /// <summary>Trains a network on micrographs of which some particles are labelled and nothing else is known.</summary>
    /// <exception cref="ArgumentException">An option makes no sense; the message tells which.</exception>
    public PositiveUnlabeledTrainer PositiveUnlabeled(PositiveUnlabeledTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new PositiveUnlabeledTrainer(_ml, options);
    }

    /// <summary>Tunes the classical picker on labelled micrographs: the baseline that a network has to beat.</summary>
    /// <param name="radius">The particle's radius, in pixels of the prepared micrograph.</param>
    /// <exception cref="ArgumentOutOfRangeException">The radius is less than 1.</exception>
    public DifferenceOfGaussiansTrainer DifferenceOfGaussians(int radius) =>
        DifferenceOfGaussians(new DifferenceOfGaussiansTrainer.Options { Radius = radius });

    /// <summary>The classical picker, tuned on labels or with a width that is known.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The radius is less than 1, sigma is not positive, or the threshold is not a number.</exception>
    public DifferenceOfGaussiansTrainer DifferenceOfGaussians(DifferenceOfGaussiansTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new DifferenceOfGaussiansTrainer(_ml, options);
    }
}
