using Microsoft.ML;
using Microsoft.ML.Data;
using Topaz.Compute;
using Topaz.Images;
using Topaz.Networks;
using Topaz.Particles;
using Topaz.Picking;
using Topaz.Training;
using Xunit;

namespace Topaz.MLNet.Tests;

/// <summary>Fit, evaluate, save, load: the main job.</summary>
public sealed class PipelineTests(SimulatedData data) : IClassFixture<SimulatedData>
{
    private static List<MicrographPicks> Picks(MLContext ml, IDataView picked) =>
        [.. ml.Data.CreateEnumerable<MicrographPicks>(picked, reuseRowObject: false, ignoreMissingColumns: false)];

    private static void AssertSame(IReadOnlyList<MicrographPicks> expected, IReadOnlyList<MicrographPicks> actual)
    {
        Assert.Equal(expected.Select(row => row.Name), actual.Select(row => row.Name));
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.NotEmpty(expected[i].X);
            Assert.Equal(expected[i].X, actual[i].X);
            Assert.Equal(expected[i].Y, actual[i].Y);
            Assert.Equal(expected[i].Score, actual[i].Score);
        }
    }

    [Fact]
    public void Picks_are_those_of_the_core_bit_for_bit()
    {
        var ml = new MLContext(seed: 1);
        IDataView rows = data.Load(ml);
        IReadOnlyList<MicrographPicks> picks = Picks(ml, SimulatedData.Pipeline(ml).Fit(rows).Transform(rows));

        var preprocessing = new Preprocessing(2, Normalization.Mixture);
        Micrograph[] prepared = [.. data.Labels.Micrographs.Order().Select(name =>
            Preprocessor.Apply(MicrographFile.Read(Path.Combine(data.Folder, name + ".mrc")), preprocessing))];
        var labels = new ParticleTable();
        foreach (Micrograph image in prepared)
            labels.Add(image.Name, data.Labels[image.Name].Select(label => image.FromRaw(new Particle((float)label.X, (float)label.Y))));
        var options = new TrainingOptions
        {
            Architecture = new ArchitectureOptions { Name = "conv31", Units = 4 },
            Preprocessing = preprocessing,
            ExpectedParticles = 20,
            Radius = 2,
            MinibatchSize = 32,
            Epochs = 2,
            UpdatesPerEpoch = 10,
            Seed = 1,
            AutoencoderWeight = 0,
        };
        PickerModel model = new TrainingSession(new CpuBackend(), new TrainingData(prepared, labels), options).Run().Model;
        using IScorer scorer = new CpuBackend().CreateScorer(model);
        Assert.Equal(prepared.Length, picks.Count);
        for (int i = 0; i < prepared.Length; i++)
        {
            Particle[] expected = [.. NonMaximumSuppression.Pick(scorer.Score(prepared[i]), 6, -100).Select(prepared[i].ToRaw)];
            Assert.Equal(expected.Select(pick => (float)pick.X), picks[i].X);
            Assert.Equal(expected.Select(pick => (float)pick.Y), picks[i].Y);
            Assert.Equal(expected.Select(pick => pick.Score), picks[i].Score);
        }
    }

    [Fact]
    public void A_saved_model_gives_the_same_picks_through_Transform_and_PredictionEngine()
    {
        var ml = new MLContext(seed: 1);
        IDataView rows = data.Load(ml);
        ITransformer model = SimulatedData.Pipeline(ml).Fit(rows);
        IReadOnlyList<MicrographPicks> expected = Picks(ml, model.Transform(rows));
        string path = Path.Combine(data.Folder, "picker.zip");
        ml.Model.Save(model, rows.Schema, path);

        var other = new MLContext();
        ITransformer loaded = other.Model.Load(path, out _);
        AssertSame(expected, Picks(other, loaded.Transform(data.Load(other))));
        PredictionEngine<MicrographData, MicrographPicks> engine = other.Model.CreatePredictionEngine<MicrographData, MicrographPicks>(loaded);
        AssertSame(expected, [.. expected.Select(row => engine.Predict(new MicrographData { Path = Path.Combine(data.Folder, row.Name + ".mrc") }))]);
    }

    [Fact]
    public void The_network_of_a_loaded_model_goes_to_the_command_and_back()
    {
        var ml = new MLContext(seed: 1);
        IDataView rows = data.Load(ml);
        ITransformer model = SimulatedData.Pipeline(ml).Fit(rows);
        string zip = Path.Combine(data.Folder, "there.zip"), file = Path.Combine(data.Folder, "there.sav");
        ml.Model.Save(model, rows.Schema, zip);

        MicrographScoringTransformer picker = ml.ParticlePicking.FindNetwork(ml.Model.Load(zip, out _))!;
        Assert.Equal(new Preprocessing(2, Normalization.Mixture), picker.Model.Preprocessing);
        Assert.Equal(20, picker.Model.Training!.Updates);
        ModelFile.Save(file, picker.Model);
        Assert.Equal(File.ReadAllBytes(file), ModelFile.ToBytes(ml.ParticlePicking.FindNetwork(model)!.Model));

        // Raw micrographs, which the network prepares itself.
        var again = ml.ParticlePicking.Transforms.ScoreMicrographs(file).Append(ml.ParticlePicking.Transforms.ExtractParticles(6, -100));
        AssertSame(Picks(ml, model.Transform(rows)), Picks(ml, again.Fit(rows).Transform(rows)));
    }

    [Fact]
    public void The_found_network_works_as_a_stage_and_is_saved_again()
    {
        var ml = new MLContext(seed: 1);
        IDataView rows = data.Load(ml);
        ITransformer model = SimulatedData.Pipeline(ml).Fit(rows);
        string zip = Path.Combine(data.Folder, "first.zip"), second = Path.Combine(data.Folder, "second.zip");
        ml.Model.Save(model, rows.Schema, zip);
        MicrographScoringTransformer picker = ml.ParticlePicking.FindNetwork(ml.Model.Load(zip, out _))!;
        ITransformer extract = ml.ParticlePicking.Transforms.ExtractParticles(6, -100).Fit(picker.Transform(rows));
        ml.Model.Save(new TransformerChain<ITransformer>(picker, extract), rows.Schema, second);
        AssertSame(Picks(ml, model.Transform(rows)), Picks(ml, ml.Model.Load(second, out _).Transform(rows)));
    }

    [Fact]
    public void Downsampling_and_normalising_in_turn_is_preprocessing()
    {
        var ml = new MLContext(seed: 1);
        IDataView rows = data.Load(ml);
        var classical = ml.ParticlePicking.Trainers.DifferenceOfGaussians(new DifferenceOfGaussiansTrainer.Options { Radius = 6, Sigma = 3 });
        var once = ml.ParticlePicking.Transforms.Preprocess(2, Normalization.Affine).Append(classical);
        var twice = ml.ParticlePicking.Transforms.Downsample(2).Append(ml.ParticlePicking.Transforms.Normalize(Normalization.Affine)).Append(classical);
        AssertSame(Picks(ml, once.Fit(rows).Transform(rows)), Picks(ml, twice.Fit(rows).Transform(rows)));
    }

    [Fact]
    public void What_is_normalised_is_not_prepared_again()
    {
        var ml = new MLContext(seed: 1);
        IDataView rows = data.Load(ml);
        var wrong = ml.ParticlePicking.Transforms.Normalize().Append(ml.ParticlePicking.Transforms.Downsample(2))
            .Append(ml.ParticlePicking.Trainers.DifferenceOfGaussians(radius: 6));
        Assert.Contains("normalised already", Assert.Throws<TopazException>(() => wrong.Fit(rows)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_classical_picker_of_a_loaded_model_is_found()
    {
        var ml = new MLContext(seed: 1);
        IDataView rows = data.Load(ml);
        ITransformer model = ml.ParticlePicking.Transforms.Preprocess(2).Append(ml.ParticlePicking.Trainers.DifferenceOfGaussians(radius: 6)).Fit(rows);
        string path = Path.Combine(data.Folder, "classical.zip");
        ml.Model.Save(model, rows.Schema, path);
        ITransformer loaded = ml.Model.Load(path, out _);
        Assert.Equal(ml.ParticlePicking.FindDifferenceOfGaussians(model)!.Picker, ml.ParticlePicking.FindDifferenceOfGaussians(loaded)!.Picker);
        Assert.Null(ml.ParticlePicking.FindNetwork(loaded));
    }

    [Fact]
    public void A_threshold_may_be_infinite()
    {
        var ml = new MLContext(seed: 1);
        IDataView rows = data.Load(ml);
        PickerModel network = ml.ParticlePicking.FindNetwork(SimulatedData.Pipeline(ml).Fit(rows))!.Model;
        int Count(float threshold) => ml.ParticlePicking.ToParticleTable(ml.ParticlePicking.Transforms.ScoreMicrographs(network)
            .Append(ml.ParticlePicking.Transforms.ExtractParticles(6, threshold)).Fit(rows).Transform(rows)).Count;
        Assert.Equal(Count(-100), Count(float.NegativeInfinity));
        Assert.Equal(0, Count(float.PositiveInfinity));
    }

    [Fact]
    public void A_given_micrograph_goes_by_the_name_of_its_row()
    {
        var image = new Micrograph("upload", 2, 1, [0, 1]);
        Assert.Equal("a", new MicrographData { Micrograph = image, Name = "a" }.Micrograph.Name);
        Assert.Same(image, new MicrographData { Micrograph = image }.Micrograph);
    }

    [Fact]
    public void Evaluation_agrees_with_the_core()
    {
        var ml = new MLContext(seed: 1);
        IDataView rows = data.Load(ml);
        IDataView picked = SimulatedData.Pipeline(ml).Fit(rows).Transform(rows);
        PickingMetrics metrics = ml.ParticlePicking.Evaluate(picked, matchRadius: 10);
        var expected = Evaluation.PickEvaluation.Evaluate(
            ml.ParticlePicking.ToParticleTable(picked), data.Labels, data.Labels.Micrographs, 10);
        Assert.Equal(expected.Curve.AveragePrecision, metrics.AreaUnderPrecisionRecallCurve, 1e-6);
        Assert.Equal(expected.MatchedCount, metrics.MatchedCount);
        Assert.Equal(expected.PickCount, metrics.PickCount);
        Assert.Equal(data.Labels.Count, metrics.LabelCount);
        Assert.Equal(expected.MeanDistance, metrics.MeanMatchedDistance, 1e-3);
        Assert.Equal(12, ml.ParticlePicking.Evaluate(picked).MatchRadius, 1e-6);
        Assert.InRange(metrics.RecallAtPrecision(0), expected.Curve.Recall[^1], expected.Curve.Recall[^1]);
    }
}
