using Microsoft.ML;
using Microsoft.ML.Runtime;
using Topaz.Images;
using Topaz.Networks;
using Topaz.Training;
using Xunit;

namespace Topaz.MLNet.Tests;

/// <summary>What the options of the trainer do.</summary>
public sealed class TrainerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("topaz-mlnet-").FullName;

    public static TheoryData<string> Architectures => [.. ArchitectureFactory.Names];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Columns_of_the_validation_set_are_named()
    {
        var ml = new MLContext(seed: 1);
        IDataView rows = TinyData.LoadFiles(ml);
        PositiveUnlabeledTrainer.Options options = TinyData.Options();
        options.ValidationSet = ml.Data.Cache(rows);
        string told = Assert.Throws<ArgumentOutOfRangeException>(() => ml.ParticlePicking.Trainers.PositiveUnlabeled(options).Fit(rows)).Message;
        Assert.Contains("'Micrograph'", told, StringComparison.Ordinal);
        Assert.Contains("LoadMicrographs", told, StringComparison.Ordinal);
    }

    [Fact]
    public void The_seed_of_the_context_decides()
    {
        byte[] first = Bytes(new MLContext(seed: 5)), again = Bytes(new MLContext(seed: 5)), other = Bytes(new MLContext(seed: 6));
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        Assert.NotEqual(Bytes(new MLContext()), Bytes(new MLContext()));
    }

    [Fact]
    public void An_explicit_seed_wins()
    {
        byte[] first = Bytes(new MLContext(seed: 5), options => options.Seed = 9), other = Bytes(new MLContext(), options => options.Seed = 9);
        Assert.Equal(first, other);
        Assert.NotEqual(first, Bytes(new MLContext(seed: 5), options => options.Seed = 10));
    }

    [Fact]
    public void Fitting_twice_gives_the_same_network()
    {
        var ml = new MLContext();
        PositiveUnlabeledTrainer trainer = ml.ParticlePicking.Trainers.PositiveUnlabeled(TinyData.Options());
        IDataView data = Prepared(ml);
        Assert.Equal(ModelFile.ToBytes(trainer.Fit(data).Model), ModelFile.ToBytes(trainer.Fit(data).Model));
    }

    [Fact]
    public void The_number_of_threads_does_not_matter() => Assert.Equal(
        Bytes(new MLContext(seed: 5), options => options.NumberOfThreads = 1), Bytes(new MLContext(seed: 5), options => options.NumberOfThreads = 3));

    [Theory]
    [InlineData(ObjectiveKind.GeBinomial, "GE-binomial")]
    [InlineData(ObjectiveKind.GeKl, "GE-KL")]
    [InlineData(ObjectiveKind.PN, "PN")]
    [InlineData(ObjectiveKind.PU, "PU")]
    public void Every_objective_trains(ObjectiveKind objective, string name)
    {
        // More than are labelled, or nothing is left to expect.
        MicrographScoringTransformer model = Fit(new MLContext(seed: 1), options => (options.Objective, options.ExpectedParticles) = (objective, 20));
        Assert.Equal(name, model.Model.Training!.Objective);
        Assert.Equal([1, 2, 3], model.TrainingCurve.Select(row => row.Iteration));
        Assert.All(model.TrainingCurve, row => Assert.True(float.IsFinite(row.Loss)));
        Assert.Equal(TinyData.Rows.Sum(row => row.LabelX.Length), model.Model.Training.Labels);
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Every_architecture_trains_and_scores(string name)
    {
        var ml = new MLContext(seed: 1);
        MicrographScoringTransformer model = Fit(ml, options => options.Architecture = new ArchitectureOptions { Name = name, Units = 4 });
        Assert.Equal(name, model.Model.Architecture.Options.Name);
        List<(string Name, float[] Numbers)> scores = Values.Of(ml.Data.TakeRows(model.Transform(TinyData.Load(ml)), 1), PickingColumns.ScoreMap);
        Assert.All(Assert.Single(scores).Numbers, score => Assert.True(float.IsFinite(score)));
    }

    [Fact]
    public void What_was_learned_depends_on_the_preparation_and_is_written_down()
    {
        MicrographScoringTransformer model = Fit(new MLContext(seed: 1), options => (options.Radius, options.Pi, options.Seed) = (1, 0.2, 4));
        Assert.Equal(TinyData.Preprocessing, model.Model.Preprocessing);
        Assert.Equal((1, 0.2, 4ul, 3L), (model.Model.Training!.Radius, model.Model.Training.Pi, model.Model.Training.Seed, model.Model.Training.Updates));
    }

    [Fact]
    public void The_autoencoder_adds_its_error()
    {
        MicrographScoringTransformer plain = Fit(new MLContext(seed: 1)), coded = Fit(new MLContext(seed: 1), options => options.AutoencoderWeight = 0.5);
        Assert.All(plain.TrainingCurve, row => Assert.True(float.IsNaN(row.ReconstructionError)));
        Assert.All(coded.TrainingCurve, row => Assert.True(row.ReconstructionError > 0));
        Assert.NotEqual(ModelFile.ToBytes(plain.Model), ModelFile.ToBytes(coded.Model));
        Assert.Empty(coded.Model.Architecture.Decoder);
    }

    [Fact]
    public void Raw_and_prepared_validation_sets_give_the_same_figures()
    {
        var ml = new MLContext(seed: 1);
        var log = new LogLines(ml);
        void Validate(PositiveUnlabeledTrainer.Options options, IDataView set) => (options.ValidationSet, options.NumberOfEpochs, options.Seed) = (set, 2, 3);
        MicrographScoringTransformer raw = Fit(ml, options => Validate(options, TinyData.Load(ml)));
        MicrographScoringTransformer prepared = Fit(ml, options => Validate(options, Prepared(ml)));
        Assert.Equal(raw.TrainingCurve, prepared.TrainingCurve);
        CurveRow[] validations = [.. raw.TrainingCurve.Where(row => row.IsTest)];
        Assert.Equal([3, 6], validations.Select(row => row.Iteration));
        Assert.All(validations, row => Assert.InRange(row.Auprc, 0.001f, 1));
        Assert.Equal(validations[^1].Auprc, (float)raw.Model.Training!.ValidationAuprc!);
        Assert.Equal(ModelFile.ToBytes(raw.Model), ModelFile.ToBytes(prepared.Model));
        string[] lines = log.Of(ChannelMessageKind.Info);
        foreach (CurveRow row in validations)
        {
            string expected = FormattableString.Invariant($"epoch {row.Epoch} of 2: validation loss {row.Loss:0.000}, AUPRC (pixels) {row.Auprc:0.000}");
            Assert.Equal(2, lines.Count(line => line.Contains(expected, StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void Progress_appears_in_the_log()
    {
        var ml = new MLContext(seed: 1);
        var log = new LogLines(ml);
        Fit(ml, options => options.UpdatesPerEpoch = 20);
        string[] lines = log.Of(ChannelMessageKind.Info);
        Assert.Single(lines, line => line.Contains("labels, GE-binomial, π = ", StringComparison.Ordinal) && line.Contains("20 updates of 16 crops", StringComparison.Ordinal));
        Assert.Equal(10, lines.Count(line => line.Contains("of 20 updates: training loss", StringComparison.Ordinal)));
        Assert.Empty(log.Of(ChannelMessageKind.Warning));
    }

    [Fact]
    public void An_expectation_below_the_labels_is_a_warning()
    {
        var ml = new MLContext(seed: 1);
        var log = new LogLines(ml);
        Assert.Equal("PN", Fit(ml, options => options.ExpectedParticles = 2).Model.Training!.Objective);
        Assert.Contains("PN with that fraction is used", Assert.Single(log.Of(ChannelMessageKind.Warning)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_fit_throws_before_it_reads()
    {
        var ml = new MLContext(seed: 1);
        int read = 0;
        IDataView data = ml.Data.LoadFromEnumerable(TinyData.Rows.Select(row =>
        {
            read++;
            return row;
        }));
        PositiveUnlabeledTrainer trainer = ml.ParticlePicking.Trainers.PositiveUnlabeled(
            TinyData.Options(options => options.CancellationToken = new CancellationToken(canceled: true)));
        Assert.ThrowsAny<OperationCanceledException>(() => trainer.Fit(data));
        Assert.InRange(read, 0, 1);
    }

    [Fact]
    public void A_fit_cancelled_in_training_stops_after_the_update_and_can_be_resumed()
    {
        var files = new TrainingFiles { Prefix = Path.Combine(_folder, "run"), Resume = true };
        using var cancellation = new CancellationTokenSource();
        var ml = new MLContext(seed: 1);
        ml.Log += (_, line) =>
        {
            if (line.Message.Contains("2 of 6 updates", StringComparison.Ordinal))
                cancellation.Cancel();
        };
        void Change(PositiveUnlabeledTrainer.Options options) => (options.NumberOfEpochs, options.Seed) = (2, 3);
        OperationCanceledException cancelled = Assert.Throws<OperationCanceledException>(() => Fit(ml, options =>
        {
            Change(options);
            (options.CancellationToken, options.Files) = (cancellation.Token, files);
        }));
        Assert.Contains("after 2 of 6 updates", cancelled.Message, StringComparison.Ordinal);
        Assert.Equal(cancellation.Token, cancelled.CancellationToken);
        Assert.True(File.Exists(files.Checkpoint));
        Assert.False(File.Exists(files.Model(1)));

        var log = new LogLines(ml);
        MicrographScoringTransformer resumed = Fit(ml, options =>
        {
            Change(options);
            options.Files = files;
        });
        Assert.DoesNotContain(log.Of(ChannelMessageKind.Info), line => line.Contains(" 2 of 6 updates", StringComparison.Ordinal));
        Assert.Equal(ModelFile.ToBytes(Fit(new MLContext(), Change).Model), ModelFile.ToBytes(resumed.Model));
        Assert.Equal(File.ReadAllBytes(files.Model(2)!), ModelFile.ToBytes(resumed.Model));
        Assert.True(File.Exists(files.Model(1)));
    }

    [Fact]
    public void Training_starts_from_the_initial_model()
    {
        void Barely(PositiveUnlabeledTrainer.Options options) => (options.UpdatesPerEpoch, options.LearningRate, options.Seed) = (1, 1e-9, 3);
        float[] start = FirstWeights(TinyData.Model);
        PickerModel after = Fit(new MLContext(), options =>
        {
            Barely(options);
            options.InitialModel = TinyData.Model;
        }).Model;
        Assert.All(FirstWeights(after).Zip(start), pair => Assert.Equal(pair.Second, pair.First, 1e-6f));
        Assert.Contains(FirstWeights(Fit(new MLContext(), Barely).Model).Zip(start), pair => Math.Abs(pair.First - pair.Second) > 1e-3f);
        TopazException failure = Assert.Throws<TopazException>(() => Fit(new MLContext(), options =>
        {
            options.InitialModel = TinyData.Model;
            options.Architecture = new ArchitectureOptions { Name = "conv63", Units = 4 };
        }));
        Assert.Contains("conv63", failure.Message, StringComparison.Ordinal);
    }

    private static float[] FirstWeights(PickerModel model) => model.Weights[model.Architecture.Layers[0].Name + ".weight"].Data;

    private static IDataView Prepared(MLContext ml)
    {
        IDataView raw = TinyData.Load(ml);
        return ml.ParticlePicking.Transforms.Preprocess(2, Normalization.Affine).Fit(raw).Transform(raw);
    }

    private static MicrographScoringTransformer Fit(MLContext ml, Action<PositiveUnlabeledTrainer.Options>? change = null) =>
        ml.ParticlePicking.Trainers.PositiveUnlabeled(TinyData.Options(change)).Fit(Prepared(ml));

    private static byte[] Bytes(MLContext ml, Action<PositiveUnlabeledTrainer.Options>? change = null) => ModelFile.ToBytes(Fit(ml, change).Model);
}
