using Microsoft.ML;
using Topaz.Networks;
using Topaz.Search;
using Topaz.Tests;
using Topaz.Training;
using Xunit;

namespace Topaz.MLNet.Tests;

/// <summary>The search for settings through the catalog.</summary>
public sealed class SearchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void FindsSettingsAndGivesAModelThatPicksAndCanBeSaved()
    {
        var ml = new MLContext(seed: 1);
        IDataView data = TinyData.Load(ml);
        var seen = new List<SearchEvent>();
        PickingSearchOutcome found = ml.ParticlePicking.Search(data, Quick(settings => settings.Progress = new Recorder(seen)));
        Assert.Equal(5, found.Trials.Count);
        Assert.Equal(TrialState.Finished, found.Best.State);
        Assert.Equal(found.Best.Value, seen.Where(happened => happened.Job.Trial == found.Best.Number).Last().Result!.Value);
        Assert.Equal("conv31", found.Network.Architecture.Options.Name);
        Assert.NotEmpty(ml.Data.CreateEnumerable<MicrographPicks>(found.Model.Transform(data), reuseRowObject: false));

        string path = _folder["picker.zip"];
        ml.Model.Save(found.Model, data.Schema, path);
        var other = new MLContext();
        ITransformer loaded = other.Model.Load(path, out _);
        Assert.Equal(found.Network.Training, other.ParticlePicking.FindNetwork(loaded)!.Model.Training);
        // The same data and seed, the same study.
        Assert.Equal(found.Trials.Select(trial => trial.Value), ml.ParticlePicking.Search(data, Quick()).Trials.Select(trial => trial.Value));
    }

    [Fact]
    public void AStudyIsContinued()
    {
        var ml = new MLContext(seed: 1);
        IDataView data = TinyData.Load(ml);
        string study = _folder["study.db"];
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => ml.ParticlePicking.Search(data, Quick(settings =>
        {
            settings.StudyPath = study;
            settings.CancellationToken = stop.Token;
            settings.Progress = new Recorder([], stop.Cancel);
        })));
        PickingSearchOutcome found = ml.ParticlePicking.Search(data, Quick(settings => settings.StudyPath = study));
        Assert.Equal(ml.ParticlePicking.Search(data, Quick()).Trials.Select(trial => trial.Value), found.Trials.Select(trial => trial.Value));
        Assert.Contains("other settings", Assert.Throws<TopazException>(
            () => ml.ParticlePicking.Search(data, Quick(settings => (settings.StudyPath, settings.Seed) = (study, 2)))).Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, Action<PickingSearchSettings>> Impossible => new()
    {
        { nameof(PickingSearchSettings.NumberOfTrials), settings => settings.NumberOfTrials = 0 },
        { nameof(PickingSearchSettings.MaximumTime), settings => settings.MaximumTime = TimeSpan.FromSeconds(-1) },
        { nameof(PickingSearchSettings.ParticleRadius), settings => settings.ParticleRadius = double.NaN },
        { nameof(PickingSearchSettings.ExpectedParticles), settings => settings.ExpectedParticles = 0 },
        { nameof(PickingSearchSettings.NumberOfFolds), settings => settings.NumberOfFolds = 1 },
        { nameof(PickingSearchSettings.NumberOfEpochs), settings => settings.NumberOfEpochs = 0 },
        { nameof(PickingSearchSettings.UpdatesPerEpoch), settings => settings.UpdatesPerEpoch = 0 },
        { nameof(PickingSearchSettings.MinibatchSize), settings => settings.MinibatchSize = 0 },
        { nameof(PickingSearchSettings.NumberOfThreads), settings => settings.NumberOfThreads = -1 },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void SettingsThatMakeNoSenseAreNamedBeforeAnythingIsRead(string setting, Action<PickingSearchSettings> change)
    {
        var ml = new MLContext();
        Assert.Equal(setting, Assert.Throws<ArgumentOutOfRangeException>(() => ml.ParticlePicking.Search(TinyData.Load(ml), Quick(change))).ParamName);
    }

    [Fact]
    public void WithoutANumberOfParticlesATrainerEstimatesIt()
    {
        var ml = new MLContext(seed: 1);
        PositiveUnlabeledTrainer trainer = ml.ParticlePicking.Trainers.PositiveUnlabeled(TinyData.Options(options =>
        {
            (options.ExpectedParticles, options.UpdatesPerEpoch, options.MinibatchSize) = (null, 60, 64);
        }));
        MicrographScoringTransformer model = trainer.Fit(ml.ParticlePicking.Transforms.Preprocess(TinyData.Preprocessing.Downsampling).Fit(TinyData.Load(ml)).Transform(TinyData.Load(ml)));
        // Nine are labelled, and there are no others.
        Assert.InRange(model.Model.Training!.ExpectedParticles!.Value, 8, 12);
    }

    [Fact]
    public void TheSpaceDrivesATrainerInOtherSearches()
    {
        PositiveUnlabeledTrainer.Options options = TinyData.Options(options => options.MinibatchSize = 48);
        SearchSpace space = PickingSpace.Create(new TrainingOptions { Architecture = options.Architecture, ParticleRadius = 8 }, isRaw: false);
        TrialParameters chosen = space.Narrow(PickingSpace.Objective, "PU").Narrow(PickingSpace.Particles, "2")
            .Narrow(PickingSpace.LearningRate, "0.003").Narrow(PickingSpace.Radius, "0.4").Defaults;
        PositiveUnlabeledTrainer.Options with = options.With(chosen, particleRadius: 8);
        Assert.Equal((ObjectiveKind.PU, 24.0, 48), (with.Objective, with.ExpectedParticles, with.MinibatchSize));
        Assert.Equal(0.003, with.LearningRate);
        Assert.Equal(3, with.Radius);
        Assert.Equal(12, options.ExpectedParticles);
        Assert.Throws<ArgumentException>(() => TinyData.Options(tiny => tiny.ExpectedParticles = null).With(chosen, particleRadius: 8));
    }

    private static PickingSearchSettings Quick(Action<PickingSearchSettings>? change = null)
    {
        var settings = new PickingSearchSettings
        {
            Architecture = new ArchitectureOptions { Name = "conv31", Units = 4 },
            ParticleRadius = 12,
            ExpectedParticles = 6,
            NumberOfTrials = 5,
            NumberOfFolds = 2,
            NumberOfEpochs = 3,
            UpdatesPerEpoch = 4,
            MinibatchSize = 16,
        };
        change?.Invoke(settings);
        return settings;
    }

    private sealed class Recorder(List<SearchEvent> events, Action? after = null) : IProgress<SearchEvent>
    {
        public void Report(SearchEvent value)
        {
            events.Add(value);
            after?.Invoke();
        }
    }
}
