using System.Runtime.CompilerServices;
using Topaz.Networks;
using Topaz.Search;

namespace Topaz.MLNet;

/// <summary>How <see cref="ParticlePickingCatalog.Search"/> searches. The defaults suit the user who reads nothing.</summary>
public sealed class PickingSearchSettings
{
    /// <summary>Column of <see cref="MicrographDataViewType"/> to learn from: raw micrographs.</summary>
    public string MicrographColumnName { get; set; } = PickingColumns.Micrograph;

    /// <summary>Vector of Single: x of the labels, in pixels of the raw micrograph.</summary>
    public string LabelXColumnName { get; set; } = PickingColumns.LabelX;

    /// <summary>Vector of Single: y of the labels, in pixels of the raw micrograph.</summary>
    public string LabelYColumnName { get; set; } = PickingColumns.LabelY;

    /// <summary>
    /// The study's file: every trial is kept in it. A study that is there is continued, and several processes may share one. Null for a temporary one.
    /// </summary>
    public string? StudyPath { get; set; }

    /// <summary>The search ends after so many trials.</summary>
    public int NumberOfTrials { get; set; } = 16;

    /// <summary>The search ends once so much time has passed; null for no such end. The last training comes on top.</summary>
    public TimeSpan? MaximumTime { get; set; }

    /// <summary>Radius of the particle, in pixels of the raw micrographs; null to measure it at the labels.</summary>
    public double? ParticleRadius { get; set; }

    /// <summary>Expected number of particles on a micrograph, labelled or not; null to estimate it from the labels.</summary>
    public double? ExpectedParticles { get; set; }

    /// <summary>Changes the space: <c>space =&gt; space.Narrow("units", "16").Narrow("learning-rate", "0.001..0.01")</c>. Names are in <see cref="PickingSpace"/>.</summary>
    public Func<SearchSpace, SearchSpace>? Space { get; set; }

    /// <summary>How settings are drawn.</summary>
    public SamplerKind Sampler { get; set; } = SamplerKind.Tpe;

    /// <summary>How many folds the labelled micrographs are dealt into; each is kept from training once.</summary>
    public int NumberOfFolds { get; set; } = 3;

    /// <summary>The network of all trials; null to search for its architecture and units.</summary>
    public ArchitectureOptions? Architecture { get; set; }

    /// <summary>Epochs of a whole training; trials are compared after a ninth, a third and all of them.</summary>
    public int NumberOfEpochs { get; set; } = 9;

    /// <summary>Weight updates in an epoch; null for so many that training suits the number of labels.</summary>
    public int? UpdatesPerEpoch { get; set; }

    /// <summary>Crops in an update.</summary>
    public int MinibatchSize { get; set; } = 256;

    /// <summary>Seed of all random draws; the same data and seed give the same study. It is not drawn from the context, so that another process can continue the study.</summary>
    public ulong Seed { get; set; } = 1;

    /// <summary>Threads to use; 0 for one per core. The result does not depend on it.</summary>
    public int NumberOfThreads { get; set; }

    /// <summary>Told of each trial's rungs.</summary>
    public IProgress<SearchEvent>? Progress { get; set; }

    /// <summary>Ends the search; a study with a path can be continued.</summary>
    public CancellationToken CancellationToken { get; set; }

    internal void Validate()
    {
        Require(NumberOfTrials >= 1, NumberOfTrials, "There must be at least one trial.");
        Require(MaximumTime is null || MaximumTime > TimeSpan.Zero, MaximumTime, "The time must be positive, or null for no limit.");
        Require(ParticleRadius is null or (> 0 and < double.PositiveInfinity), ParticleRadius, "The particle's radius must be positive, or null to measure it.");
        Require(ExpectedParticles is null or (> 0 and < double.PositiveInfinity), ExpectedParticles, "The expected number of particles must be positive, or null to estimate it.");
        Require(NumberOfFolds >= 2, NumberOfFolds, "There must be at least two folds.");
        Require(NumberOfEpochs >= 1, NumberOfEpochs, "There must be at least one epoch.");
        Require(UpdatesPerEpoch is null or >= 1, UpdatesPerEpoch, "There must be at least one update in an epoch, or null for a number that suits the labels.");
        Require(MinibatchSize >= 1, MinibatchSize, "There must be at least one crop in an update.");
        Require(NumberOfThreads >= 0, NumberOfThreads, "The number of threads must be 0, for one per core, or larger.");

        static void Require(bool condition, object? value, string message, [CallerArgumentExpression(nameof(value))] string name = "")
        {
            if (!condition)
                throw new ArgumentOutOfRangeException(name, value, message);
        }
    }
}
