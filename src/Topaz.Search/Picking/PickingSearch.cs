using System.Globalization;
using Topaz.Calibration;
using Topaz.Compute;
using Topaz.Networks;
using Topaz.Training;

namespace Topaz.Search;

/// <summary>How to search for the settings of a picker.</summary>
public sealed record PickingSearchOptions
{
    /// <summary>How training is done where nothing is chosen; its epochs are those of a whole training.</summary>
    public required TrainingOptions Training { get; init; }

    /// <summary>What can be chosen.</summary>
    public required SearchSpace Space { get; init; }

    /// <summary>How settings are drawn.</summary>
    public SamplerKind Sampler { get; init; } = SamplerKind.Tpe;

    /// <summary>How many folds the labelled micrographs are dealt into.</summary>
    public int Folds { get; init; } = 3;

    /// <summary>At most how many rungs; 1 trains every trial to the end.</summary>
    public int Rungs { get; init; } = 3;

    /// <summary>The expected number of particles on a micrograph; null to estimate it.</summary>
    public double? ExpectedParticles { get; init; }

    /// <summary>A model to start from; null for random weights.</summary>
    public PickerModel? Start { get; init; }
}

/// <summary>Searches for the settings of a picker, and trains it with the best.</summary>
public sealed class PickingSearch : IDisposable
{
    private const string Expected = "expected particles";

    private readonly IComputeBackend _backend;
    private readonly PreparedData _data;
    private readonly PickingSearchOptions _options;
    private readonly double _particles;
    private readonly string _folder;

    private PickingSearch(IComputeBackend backend, PreparedData data, PickingSearchOptions options, Study study, double particles) =>
        (_backend, _data, _options, Study, _particles, _folder) = (backend, data, options, study, particles, Path.Combine(FolderOf(study.Path), study.Id));

    /// <summary>The study.</summary>
    public Study Study { get; }

    /// <summary>The number of particles on a micrograph that trials are compared by.</summary>
    public double ParticlesPerMicrograph => _particles;

    /// <summary>How many folds there are: no more than labelled micrographs, or two halves of a single one.</summary>
    public int FoldCount => HeldOutLabels.FoldCount(_data[_options.Training.Preprocessing], _options.Folds);

    /// <summary>The folder of checkpoints beside a study's file.</summary>
    private static string FolderOf(string studyPath) => Path.GetFullPath(studyPath) + ".trials";

    /// <summary>Where the model trained with the best settings is kept by default, beside the study's file.</summary>
    public static string ModelOf(string studyPath) => studyPath + ".sav";

    /// <summary>Creates a study, or continues it if it is there.</summary>
    /// <param name="path">The study's file.</param>
    /// <param name="backend">Where networks run.</param>
    /// <param name="data">Micrographs and labels.</param>
    /// <param name="options">What to search, and how.</param>
    /// <param name="progress">Told of the weight updates of the pilot, if the number of particles must be estimated.</param>
    /// <param name="cancellation">Stops the pilot.</param>
    /// <exception cref="TopazException">The study is of something else, or the data make no sense.</exception>
    public static PickingSearch CreateOrContinue(
        string path, IComputeBackend backend, PreparedData data, PickingSearchOptions options, IProgress<long>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        options.Training.Validate();
        PickingSpace.Check(options.Space);
        TrainingData prepared = data[options.Training.Preprocessing];
        if (prepared.LabelCount < Pilot.FewestLabels)
            throw new TopazException($"Too few labels ({prepared.LabelCount}) to compare trials by; it takes {Pilot.FewestLabels}, and 50 to compare them well.");
        double particles = options.ExpectedParticles ?? ExpectedIn(path) ?? Estimate(backend, prepared, options, path, progress, cancellation);
        Study study = Study.CreateOrContinue(path, new StudyDefinition(
            options.Space, options.Sampler, options.Training.Seed, options.Training.Epochs, options.Rungs, new Dictionary<string, string>
            {
                [Expected] = particles.ToString("R", CultureInfo.InvariantCulture),
                ["folds"] = options.Folds.ToString(CultureInfo.InvariantCulture),
                [StudyDefinition.Fingerprint] = TrainingSession.Fingerprint(options.Training, prepared, options.Start),
            }));
        try
        {
            Directory.CreateDirectory(Path.Combine(FolderOf(path), study.Id));
            return new PickingSearch(backend, data, options, study, particles);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            study.Dispose();
            throw new TopazException($"{FolderOf(path)}: cannot be created ({failure.Message.TrimEnd('.')}); check the folder, its permissions and free space.", failure);
        }
    }

    /// <summary>Works on the study until it is done, or a limit is reached.</summary>
    /// <param name="limits">When to end.</param>
    /// <param name="progress">Told of each job that ended.</param>
    /// <param name="jobProgress">Told how far the job at hand is, 0 to 1.</param>
    /// <param name="cancellation">Ends the search; another may continue it.</param>
    /// <returns>Whether the study is done.</returns>
    public bool Run(
        SearchLimits limits, IProgress<SearchEvent>? progress = null, IProgress<double>? jobProgress = null, CancellationToken cancellation = default)
    {
        var trial = new PickingTrial(_backend, _data, _options.Training, _particles, _options.Folds, _folder, _options.Start);
        return SearchLoop.Run(Study, (job, token) => trial.Evaluate(job, jobProgress, token), limits, progress, cancellation);
    }

    /// <summary>
    /// Trains with the best settings on all the micrographs, and finds out what the scores are worth.
    /// </summary>
    /// <param name="progress">Told of the training curve.</param>
    /// <param name="cancellation">Stops after the current update; the next call goes on from there.</param>
    /// <returns>What training gave.</returns>
    /// <exception cref="TopazException">No trial has a result yet.</exception>
    public TrainingResult TrainBest(IProgress<TrainingEvent>? progress = null, CancellationToken cancellation = default)
    {
        Trial best = Study.Best ?? throw new TopazException(Study.Trials.FirstOrDefault(trial => trial.Error is not null) is { } failed
            ? $"{Study.Path}: no trial has a result, and trial {failed.Number} failed: {failed.Error}"
            : $"{Study.Path}: no trial has a result yet; search longer.");
        // Its networks know better than the pilot's.
        PickPrecision precision = PickPrecision.Estimate(LabelRanks.Parse(Study.DetailsOf(best)));
        TrainingOptions options = BestOptions(best);
        TrainingData data = _data[options.Preprocessing];
        var files = new TrainingFiles
        {
            Prefix = Path.Combine(_folder, FormattableString.Invariant($"best{best.Number}")),
            Resume = true,
            KeepModels = false,
        };
        TrainingResult result = new TrainingSession(_backend, data, options, _options.Start).Run(files, progress, cancellation);
        return result.Completed
            ? result with { Model = ModelThresholds.Estimate(_backend, result.Model, data, options, _options.ExpectedParticles ?? (precision.IsKnown ? precision.ParticlesPerMicrograph : _particles), cancellation) }
            : result;
    }

    /// <summary>How the best trial trains.</summary>
    public TrainingOptions BestOptions(Trial best)
    {
        ArgumentNullException.ThrowIfNull(best);
        return PickingSpace.Apply(_options.Training, best.Parameters, _particles);
    }

    /// <inheritdoc/>
    public void Dispose() => Study.Dispose();

    private static double? ExpectedIn(string path) =>
        Study.NotesOf(path).TryGetValue(Expected, out string? text) && double.TryParse(text, CultureInfo.InvariantCulture, out double number) ? number : null;

    private static double Estimate(
        IComputeBackend backend, TrainingData data, PickingSearchOptions options, string path, IProgress<long>? progress, CancellationToken cancellation)
    {
        double found = Pilot.Require(backend, data, options.Training, options.Start, progress, cancellation).ParticlesPerMicrograph;
        // Another machine may have created the study in the meantime, with an estimate that differs in the last digits.
        return ExpectedIn(path) ?? found;
    }
}
