using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Topaz.Compute;
using Topaz.Images;
using Topaz.Networks;
using Topaz.Picking;
using Topaz.Search;
using Topaz.Training;

namespace Topaz.MLNet;

public sealed partial class ParticlePickingCatalog
{
    // Lower than any threshold one would use, for a model that does not tell a better one.
    private const float AnyThreshold = -6;

    /// <summary>
    /// Finds out how to train from the labels themselves: tries settings on folds of the labelled micrographs, ends poor trials early, and trains with the best on all of them.
    /// Nothing needs to be given.
    /// </summary>
    /// <param name="data">Raw micrographs with labels, of which many may be missing.</param>
    /// <param name="settings">How to search; null for the defaults.</param>
    /// <returns>A model that picks, and what the search found.</returns>
    /// <exception cref="ArgumentException">A setting makes no sense, or a column is missing.</exception>
    /// <exception cref="InvalidOperationException">There are no rows, or no labels.</exception>
    /// <exception cref="TopazException">Radius or number of particles cannot be told from the labels, the study is of something else, or no trial ended in time.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public PickingSearchOutcome Search(IDataView data, PickingSearchSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        settings ??= new PickingSearchSettings();
        settings.Validate();
        using IChannel channel = ((IHostEnvironment)_ml).Register(nameof(ParticlePickingCatalog)).Start(nameof(Search));
        IComputeBackend backend = BackendChoice.Of(_ml, settings.NumberOfThreads);
        var prepared = new PreparedData(preprocessing =>
        {
            LabelledMicrographs read = Read(data, settings, preprocessing);
            return new TrainingData(read.Micrographs, read.Labels);
        });
        TrainingOptions training = Training(data, settings, prepared, channel);
        SearchSpace space = PickingSpace.Create(training, training.Preprocessing.IsAny);
        if (settings.Architecture is { } given)
        {
            space = space.Narrow(PickingSpace.Architecture, given.Name)
                .Narrow(PickingSpace.Units, given.Units.ToString(CultureInfo.InvariantCulture));
        }

        string? temporary = settings.StudyPath is null ? Directory.CreateTempSubdirectory("topaz-search-").FullName : null;
        try
        {
            using PickingSearch search = PickingSearch.CreateOrContinue(
                settings.StudyPath ?? Path.Combine(temporary!, "study.db"), backend, prepared,
                new PickingSearchOptions
                {
                    Training = training,
                    Space = settings.Space?.Invoke(space) ?? space,
                    Sampler = settings.Sampler,
                    Folds = settings.NumberOfFolds,
                    ExpectedParticles = settings.ExpectedParticles,
                },
                progress: null, settings.CancellationToken);
            channel.Info(MessageSensitivity.None, FormattableString.Invariant($"About {search.ParticlesPerMicrograph:0} particles on a micrograph."));
            search.Run(new SearchLimits(settings.NumberOfTrials, settings.MaximumTime), new Watcher(channel, settings.Progress), jobProgress: null, settings.CancellationToken);
            settings.CancellationToken.ThrowIfCancellationRequested();
            TrainingResult result = search.TrainBest(progress: null, settings.CancellationToken);
            settings.CancellationToken.ThrowIfCancellationRequested();
            return Outcome(data, settings, search, result.Model);
        }
        finally
        {
            if (temporary is not null)
                Directory.Delete(temporary, recursive: true);
        }
    }

    private static LabelledMicrographs Read(IDataView data, PickingSearchSettings settings, Preprocessing preprocessing, int most = int.MaxValue) => LabelledMicrographs.Read(
        data, settings.MicrographColumnName, settings.LabelXColumnName, settings.LabelYColumnName, preprocessing, most, onlyLabelled: true, settings.CancellationToken);

    private static TrainingOptions Training(IDataView data, PickingSearchSettings settings, PreparedData prepared, IChannel channel)
    {
        LabelledMicrographs raw = Read(data, settings, Preprocessing.None, LabelSample.Most);
        raw.WarnOfOutside(channel, "training");
        var sample = new LabelSample(raw.Micrographs, raw.Labels);
        if (sample.Suspicion is { } suspicion)
            channel.Warning(MessageSensitivity.None, $"The labels: {suspicion}.");
        double radius = settings.ParticleRadius ?? Measured(sample, channel);
        double factor = sample.IsNormalized ? 1 : ParticleScale.DownsamplingFor(radius);
        var options = new TrainingOptions
        {
            Architecture = settings.Architecture ?? new ArchitectureOptions(),
            Preprocessing = sample.IsNormalized ? Preprocessing.None : new Preprocessing(factor, Normalization.Mixture),
            Radius = ParticleScale.LabelRadiusFor(radius / factor),
            ParticleRadius = radius / factor,
            AutoencoderWeight = 0,
            MinibatchSize = settings.MinibatchSize,
            Epochs = settings.NumberOfEpochs,
            Seed = settings.Seed,
        };
        return options with
        {
            UpdatesPerEpoch = settings.UpdatesPerEpoch ?? TrainingBudget.UpdatesPerEpoch(prepared[options.Preprocessing], options.Epochs, start: null),
        };
    }

    private static double Measured(LabelSample sample, IChannel channel)
    {
        double radius = sample.Radius ?? throw new TopazException("The labels do not show how large particles are; set ParticleRadius, and check the labels.");
        channel.Info(MessageSensitivity.None, FormattableString.Invariant($"A particle has a radius of {radius:0.#} pixels, by what the labels show."));
        return radius;
    }

    private PickingSearchOutcome Outcome(IDataView data, PickingSearchSettings settings, PickingSearch search, PickerModel network)
    {
        int radius = ParticleScale.PickRadiusFor(network.Training!.ParticleRadius!.Value);
        float threshold = network.Training.Thresholds?.Suggested.PickAbove ?? AnyThreshold;
        ITransformer model = Transforms.ScoreMicrographs(network, new() { InputColumnName = settings.MicrographColumnName })
            .Append(Transforms.ExtractParticles(radius, threshold)).Fit(data);
        return new PickingSearchOutcome(
            model, network, search.Study.Best!, search.Study.Trials, ParameterImportance.Of(search.Study.Space, search.Study.Results));
    }

    private sealed class Watcher(IChannel channel, IProgress<SearchEvent>? progress) : IProgress<SearchEvent>
    {
        public void Report(SearchEvent value)
        {
            channel.Info(MessageSensitivity.None, value.Result is { } result
                ? FormattableString.Invariant($"trial {value.Job.Trial}: estimated AUPRC {result.Value:0.000} after {value.Job.ToEpochs} epochs; {value.Job.Parameters}")
                : FormattableString.Invariant($"trial {value.Job.Trial} failed: {value.Error}"));
            progress?.Report(value);
        }
    }
}
