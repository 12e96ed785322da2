using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Topaz.Images;
using Topaz.Networks;
using Xunit;

namespace Topaz.MLNet.Tests;

/// <summary>Bad input gives one exception that names the column or the file.</summary>
public sealed class BadDataTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly string _folder = Directory.CreateTempSubdirectory("topaz-mlnet-").FullName;

    public static TheoryData<string> Trainers => ["network", "DoG"];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Trainers))]
    public void A_missing_file_is_named_in_training(string trainer)
    {
        string path = Path.Combine(_folder, "nowhere.mrc");
        TopazException failure = Assert.Throws<TopazException>(() => Fit(trainer, [TinyData.Rows[0], new MicrographData { Path = path }]));
        AssertOneLine(failure, "Column 'Micrograph'", path);
    }

    [Fact]
    public void A_missing_file_is_named_in_picking()
    {
        string path = Path.Combine(_folder, "nowhere.mrc");
        ITransformer model = Picker().Fit(TinyData.Load(_ml));
        IDataView picked = model.Transform(_ml.Data.LoadFromEnumerable([new MicrographData { Path = path }]));
        AssertOneLine(Told(() => Picks(picked)), "Column 'Micrograph'", path);
        AssertOneLine(Assert.Throws<TopazException>(() => _ml.ParticlePicking.Evaluate(picked)), "Column 'Micrograph'", path);
        PredictionEngine<MicrographData, MicrographPicks> engine = _ml.Model.CreatePredictionEngine<MicrographData, MicrographPicks>(model);
        AssertOneLine(Assert.Throws<TopazException>(() => engine.Predict(new MicrographData { Path = path })), "Column 'Micrograph'", path);
        // The engine is as good as before.
        Assert.NotEmpty(engine.Predict(TinyData.Rows[0]).X);
    }

    [Fact]
    public void A_missing_file_is_named_by_the_loader_and_the_transform()
    {
        string path = Path.Combine(_folder, "nowhere.mrc"), list = Path.Combine(_folder, "list.txt");
        File.WriteAllText(list, $"image_name\tpath\nnowhere\t{path}\n");
        AssertOneLine(Assert.Throws<TopazException>(() => _ml.ParticlePicking.LoadMicrographs(list)), "Column 'Micrograph'", path);
        foreach ((string given, string told) in ((string, string)[])[(path, path), ("", "no path")])
        {
            IDataView rows = _ml.Data.LoadFromEnumerable([new MicrographData { Path = given }]);
            AssertOneLine(Told(() => Values.Of(_ml.ParticlePicking.Transforms.LoadMicrographs().Fit(rows).Transform(rows), "Micrograph")), "Column 'Path'", told);
        }
    }

    [Theory]
    [MemberData(nameof(Trainers))]
    public void A_truncated_file_is_named(string trainer)
    {
        string path = Path.Combine(_folder, "short.mrc");
        byte[] whole = File.ReadAllBytes(Path.Combine(TinyData.Folder, "tiny000.mrc"));
        File.WriteAllBytes(path, whole[..(whole.Length / 2)]);
        MicrographData row = new() { Path = path, LabelX = [10], LabelY = [10] };
        AssertOneLine(Assert.Throws<TopazException>(() => Fit(trainer, [row])), "Column 'Micrograph'", path);
    }

    [Theory]
    [MemberData(nameof(Trainers))]
    public void Data_without_rows_cannot_be_learned_from(string trainer) =>
        AssertOneLine(Assert.Throws<InvalidOperationException>(() => Fit(trainer, [])), "no rows", "'Micrograph'");

    [Fact]
    public void Data_without_rows_cannot_be_evaluated_or_split()
    {
        IDataView none = _ml.Data.LoadFromEnumerable<MicrographData>([]);
        IDataView picked = Picker().Fit(TinyData.Load(_ml)).Transform(none);
        AssertOneLine(Assert.Throws<InvalidOperationException>(() => _ml.ParticlePicking.Evaluate(picked)), "no rows", "'PickX'");
        AssertOneLine(Assert.Throws<InvalidOperationException>(() => _ml.ParticlePicking.CrossValidate(none, Picker(), 2)), "0 micrographs", "2 folds");
        AssertOneLine(Assert.Throws<InvalidOperationException>(() => _ml.ParticlePicking.TrainTestSplit(none)), "'Name'", "0 micrographs");
        Assert.Empty(_ml.ParticlePicking.UnrollPicks(picked).GetColumn<float>("X"));
        Assert.Empty(Picks(picked));
    }

    [Theory]
    [MemberData(nameof(Trainers))]
    public void Data_without_labels_cannot_be_learned_from(string trainer) =>
        AssertOneLine(Assert.Throws<InvalidOperationException>(() => Fit(trainer, [Labelled([], [])])), "'LabelX' and 'LabelY'", "no labels");

    [Fact]
    public void Data_without_labels_cannot_be_evaluated()
    {
        IDataView picked = Picked([Labelled([], [])]);
        AssertOneLine(Assert.Throws<InvalidOperationException>(() => _ml.ParticlePicking.Evaluate(picked)), "'LabelX' and 'LabelY'", "no labels");
    }

    [Theory]
    [MemberData(nameof(Trainers))]
    public void Labels_outside_are_an_error_if_all_are(string trainer) => AssertOneLine(
        Assert.Throws<InvalidOperationException>(() => Fit(trainer, [Labelled([500, 30], [20, -30])])), "'LabelX' and 'LabelY'", "all 2 labels lie outside");

    [Theory]
    [MemberData(nameof(Trainers))]
    public void Labels_outside_are_a_warning_if_some_are(string trainer)
    {
        var log = new LogLines(_ml);
        Fit(trainer, [Labelled([500, 30, 60], [20, 30, 50])]);
        Assert.Contains("1 training labels lie outside", Assert.Single(log.Of(ChannelMessageKind.Warning)), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Trainers))]
    public void Coordinates_must_be_parallel(string trainer)
    {
        TopazException failure = Assert.Throws<TopazException>(() => Fit(trainer, [Labelled([30, 40], [20])]));
        AssertOneLine(failure, "tiny000", "'LabelX' has 2", "'LabelY' 1");
        failure = Assert.Throws<TopazException>(() => _ml.ParticlePicking.Evaluate(Picked([Labelled([30, 40], [20])])));
        AssertOneLine(failure, "Row 0", "'LabelX' has 2", "'LabelY' 1");
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Coordinates_must_be_finite(float x)
    {
        foreach (string trainer in (string[])["network", "DoG"])
            AssertOneLine(Assert.Throws<TopazException>(() => Fit(trainer, [Labelled([30, x], [20, 20])])), "tiny000", "'LabelX' and 'LabelY'", "not finite");
    }

    [Theory]
    [MemberData(nameof(Trainers))]
    public void Names_must_differ(string trainer) =>
        AssertOneLine(Assert.Throws<TopazException>(() => Fit(trainer, [TinyData.Rows[0], TinyData.Rows[0]])), "'Micrograph'", "two micrographs are named tiny000");

    [Fact]
    public void Names_must_differ_where_micrographs_are_dealt()
    {
        IDataView twice = _ml.Data.LoadFromEnumerable([TinyData.Rows[0], TinyData.Rows[0]]);
        AssertOneLine(Assert.Throws<TopazException>(() => _ml.ParticlePicking.TrainTestSplit(twice)), "'Name'", "same name");
        AssertOneLine(Assert.Throws<TopazException>(() => _ml.ParticlePicking.CrossValidate(twice, Picker(), 2)), "'Name'", "same name");
    }

    [Theory]
    [MemberData(nameof(Trainers))]
    public void Micrographs_must_be_prepared_alike(string trainer)
    {
        MicrographData[] rows = [Prepared(0, new(2, Normalization.Affine)), Prepared(1, new(2, Normalization.Mixture))];
        TopazException failure = Assert.Throws<TopazException>(() => Trainer(trainer).Fit(_ml.Data.LoadFromEnumerable(rows)));
        AssertOneLine(failure, "'Micrograph'", "tiny001", "normalization Mixture", "normalization Affine");
        rows[0] = TinyData.Rows[0];
        failure = Assert.Throws<TopazException>(() => Trainer(trainer).Fit(_ml.Data.LoadFromEnumerable(rows)));
        AssertOneLine(failure, "'Micrograph'", "tiny001", "normalization Mixture", "normalization None");
    }

    [Fact]
    public void A_validation_set_must_be_prepared_like_the_training_set()
    {
        PositiveUnlabeledTrainer trainer = _ml.ParticlePicking.Trainers.PositiveUnlabeled(
            TinyData.Options(options => options.ValidationSet = _ml.Data.LoadFromEnumerable([Prepared(1, new(2, Normalization.Affine))])));
        TopazException failure = Assert.Throws<TopazException>(() => trainer.Fit(TinyData.Load(_ml)));
        AssertOneLine(failure, "'Micrograph'", "tiny001", "downsampling 2", "downsampling 1");
    }

    [Fact]
    public void A_network_refuses_micrographs_prepared_in_another_way()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable([Prepared(0, new(4, Normalization.Affine))]);
        IDataView picked = Picker().Fit(rows).Transform(rows);
        AssertOneLine(Told(() => Picks(picked)), "'Micrograph'", "tiny000", "downsampling 4", "downsampling 2");
    }

    [Fact]
    public void A_row_without_a_micrograph_names_the_column()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable([new Images { Name = "a", Mine = null }]);
        IEstimator<ITransformer>[] stages =
        [
            _ml.ParticlePicking.Transforms.Preprocess(new MicrographPreprocessingEstimator.Options { Downsampling = 2, InputColumnName = nameof(Images.Mine) }),
            _ml.ParticlePicking.Transforms.ScoreMicrographs(TinyData.Model, new() { InputColumnName = nameof(Images.Mine), OutputColumnName = nameof(Images.Mine) }),
        ];
        foreach (IEstimator<ITransformer> stage in stages)
            AssertOneLine(Told(() => Values.Of(stage.Fit(rows).Transform(rows), nameof(Images.Mine))), "Column 'Mine'", "no micrograph");

        IEstimator<ITransformer>[] pickers =
        [
            _ml.ParticlePicking.Transforms.ExtractParticles(new ParticleExtractingEstimator.Options { Radius = 3, InputColumnName = nameof(Images.Mine) }),
            _ml.ParticlePicking.Trainers.DifferenceOfGaussians(new DifferenceOfGaussiansTrainer.Options { Radius = 3, Sigma = 2, MicrographColumnName = nameof(Images.Mine) }),
        ];
        foreach (IEstimator<ITransformer> picker in pickers)
            AssertOneLine(Told(() => Picks(picker.Fit(rows).Transform(rows))), "Column 'Mine'", "no micrograph");

        PositiveUnlabeledTrainer trainer = _ml.ParticlePicking.Trainers.PositiveUnlabeled(TinyData.Options(options => options.MicrographColumnName = nameof(Images.Mine)));
        AssertOneLine(Assert.Throws<TopazException>(() => trainer.Fit(rows)), "Column 'Mine'", "no micrograph");
        AssertOneLine(Assert.Throws<TopazException>(() => new MicrographData().Micrograph), "Column 'Micrograph'", "neither a micrograph nor a path");
    }

    [Fact]
    public void A_constant_image_cannot_be_normalised()
    {
        MicrographData flat = new() { Micrograph = new Micrograph("flat", 64, 64, new float[64 * 64]), LabelX = [30], LabelY = [30] };
        AssertOneLine(Assert.Throws<TopazException>(() => Fit("network", [flat])), "Column 'Micrograph'", "flat", "constant");
        AssertOneLine(Told(() => Picks(Picked([flat]))), "Column 'Micrograph'", "flat", "constant");
    }

    [Fact]
    public void A_score_that_is_no_number_cannot_be_ranked()
    {
        IDataView data = _ml.Data.LoadFromEnumerable([new Picked1 { PickScore = [float.NaN] }]);
        AssertOneLine(Assert.Throws<TopazException>(() => _ml.ParticlePicking.Evaluate(data, 5)), "Row 0", "'PickScore'", "not a number");
        data = _ml.Data.LoadFromEnumerable([new Picked1 { PickScore = [1, 2] }]);
        AssertOneLine(Assert.Throws<TopazException>(() => _ml.ParticlePicking.Evaluate(data, 5)), "Row 0", "'PickScore' has 2 values for 1 picks");
        data = _ml.Data.LoadFromEnumerable([new Picked1 { CandidateFeatures = [1, 2] }]);
        AssertOneLine(Assert.Throws<TopazException>(() => _ml.ParticlePicking.UnrollPicks(data, 5).GetColumn<float>("X").Count()), "one", "'CandidateFeatures' has 2 values");
    }

    [Fact]
    public void Columns_of_picks_are_named()
    {
        IDataView picked = Picked(TinyData.Rows);
        foreach (string column in (string[])[PickingColumns.PickX, PickingColumns.PickY, PickingColumns.PickScore, PickingColumns.PickRadius, PickingColumns.LabelX, PickingColumns.LabelY])
        {
            IDataView poor = _ml.Transforms.DropColumns(column).Fit(picked).Transform(picked);
            IDataView wrong = _ml.Transforms.CopyColumns(column, PickingColumns.Name).Fit(picked).Transform(picked);
            AssertOneLine(Assert.Throws<ArgumentOutOfRangeException>(() => _ml.ParticlePicking.Evaluate(poor)), $"Could not find input column '{column}'");
            AssertOneLine(Assert.Throws<ArgumentOutOfRangeException>(() => _ml.ParticlePicking.Evaluate(wrong)), $"'{column}'", "got String");
        }

        IDataView nameless = _ml.Transforms.DropColumns(PickingColumns.Name).Fit(picked).Transform(picked);
        Action[] named =
        [
            () => _ml.ParticlePicking.UnrollPicks(nameless), () => _ml.ParticlePicking.ToParticleTable(nameless),
            () => _ml.ParticlePicking.RollUpPicks(_ml.ParticlePicking.UnrollPicks(picked), nameless),
            () => _ml.ParticlePicking.TrainTestSplit(nameless), () => _ml.ParticlePicking.CrossValidate(nameless, Picker(), 2),
        ];
        foreach (Action ask in named)
            AssertOneLine(Assert.Throws<ArgumentOutOfRangeException>(ask), "Could not find input column 'Name'");
        AssertOneLine(
            Assert.Throws<ArgumentOutOfRangeException>(() => _ml.ParticlePicking.RollUpPicks(_ml.ParticlePicking.UnrollPicks(picked), picked, "Probability")),
            "Could not find input column 'Probability'");
    }

    [Fact]
    public void Numbers_out_of_range_are_refused_before_anything_is_read()
    {
        PickingTransformsCatalog transforms = _ml.ParticlePicking.Transforms;
        PickingTrainersCatalog trainers = _ml.ParticlePicking.Trainers;
        IDataView picked = Picked(TinyData.Rows);
        Action[] requests =
        [
            () => transforms.Downsample(0.5), () => transforms.Downsample(double.NaN), () => transforms.Preprocess(double.PositiveInfinity),
            () => transforms.Normalize((Normalization)7),
            () => transforms.ExtractParticles(radius: 0), () => transforms.ExtractParticles(3, float.NaN),
            () => trainers.DifferenceOfGaussians(radius: 0),
            () => trainers.DifferenceOfGaussians(new DifferenceOfGaussiansTrainer.Options { Radius = 3, Sigma = 0 }),
            () => trainers.DifferenceOfGaussians(new DifferenceOfGaussiansTrainer.Options { Radius = 3, Threshold = float.NaN }),
            () => _ml.ParticlePicking.Evaluate(picked, matchRadius: 0), () => _ml.ParticlePicking.UnrollPicks(picked, matchRadius: double.NaN),
            () => _ml.ParticlePicking.TrainTestSplit(picked, testFraction: 1), () => _ml.ParticlePicking.CrossValidate(picked, Picker(), numberOfFolds: 1),
            () => _ml.ParticlePicking.Evaluate(picked).RecallAtPrecision(2),
        ];
        foreach (Action request in requests)
            Assert.Throws<ArgumentOutOfRangeException>(request);
    }

    [Theory]
    [InlineData("fraction of positive pixels", 2.0)]
    [InlineData("There is no architecture 'resnet99'", 0.1)]
    [InlineData("number of epochs", 0.1)]
    [InlineData("minibatch size", 0.1)]
    [InlineData("slack", 0.1)]
    public void A_training_option_that_makes_no_sense_is_told_before_anything_is_read(string told, double pi)
    {
        PositiveUnlabeledTrainer.Options options = TinyData.Options(options =>
        {
            (options.Pi, options.ExpectedParticles) = (pi, null);
            if (told.Contains("architecture", StringComparison.Ordinal))
                options.Architecture = new ArchitectureOptions { Name = "resnet99" };
            if (told.Contains("epochs", StringComparison.Ordinal))
                options.NumberOfEpochs = 0;
            if (told.Contains("minibatch", StringComparison.Ordinal))
                options.MinibatchSize = 1;
            if (told.Contains("slack", StringComparison.Ordinal))
                options.Slack = -1;
        });
        AssertOneLine(Assert.Throws<ArgumentException>(() => _ml.ParticlePicking.Trainers.PositiveUnlabeled(options)), told);
    }

    [Fact]
    public void A_file_that_is_no_network_is_named()
    {
        string missing = Path.Combine(_folder, "missing.sav"), foreign = Path.Combine(_folder, "foreign.sav"), cut = Path.Combine(_folder, "cut.sav");
        File.WriteAllText(foreign, "this is no model");
        byte[] whole = ModelFile.ToBytes(TinyData.Model);
        File.WriteAllBytes(cut, whole[..(whole.Length / 2)]);
        foreach (string path in (string[])[missing, foreign, cut])
            AssertOneLine(Assert.ThrowsAny<TopazException>(() => _ml.ParticlePicking.Transforms.ScoreMicrographs(path)), path);
    }

    [Fact]
    public void A_zip_that_is_no_model_is_refused()
    {
        string zip = Path.Combine(_folder, "picker.zip"), cut = Path.Combine(_folder, "cut.zip"), foreign = Path.Combine(_folder, "foreign.zip");
        IDataView rows = TinyData.Load(_ml);
        _ml.Model.Save(Picker().Fit(rows), rows.Schema, zip);
        byte[] whole = File.ReadAllBytes(zip);
        File.WriteAllBytes(cut, whole[..(whole.Length / 2)]);
        File.WriteAllText(foreign, "this is no zip");
        Assert.Throws<FileNotFoundException>(() => _ml.Model.Load(Path.Combine(_folder, "missing.zip"), out _));
        Assert.Throws<FormatException>(() => _ml.Model.Load(cut, out _));
        Assert.Throws<FormatException>(() => _ml.Model.Load(foreign, out _));
    }

    [Fact]
    public void A_model_without_a_network_has_no_picker()
    {
        IDataView rows = TinyData.Load(_ml);
        string zip = Path.Combine(_folder, "stock.zip");
        ITransformer stock = _ml.Transforms.CopyColumns("Copy", "Name").Append(_ml.ParticlePicking.Transforms.Downsample(2)).Fit(rows);
        _ml.Model.Save(stock, rows.Schema, zip);
        Assert.Null(_ml.ParticlePicking.FindNetwork(stock));
        Assert.Null(_ml.ParticlePicking.FindNetwork(_ml.Model.Load(zip, out _)));
    }

    private static MicrographData Labelled(float[] x, float[] y) =>
        new() { Name = "tiny000", Micrograph = TinyData.Rows[0].Micrograph, LabelX = x, LabelY = y };

    private static MicrographData Prepared(int index, Preprocessing preprocessing)
    {
        MicrographData row = TinyData.Rows[index];
        return new MicrographData { Name = row.Name, Micrograph = Preprocessor.Apply(row.Micrograph, preprocessing), LabelX = row.LabelX, LabelY = row.LabelY };
    }

    private static void AssertOneLine(Exception failure, params string[] parts)
    {
        Assert.DoesNotContain('\n', failure.Message);
        Assert.All(parts, part => Assert.Contains(part, failure.Message, StringComparison.Ordinal));
    }

    /// <summary>What a row tells when users read it: ML.NET wraps it where it computes rows on several threads.</summary>
    private static TopazException Told(Action read)
    {
        Exception? failure = Record.Exception(read);
        while (failure is InvalidOperationException wrapper)
            failure = wrapper.InnerException;
        return Assert.IsType<TopazException>(failure);
    }

    private IEstimator<ITransformer> Trainer(string name) => name == "DoG"
        ? _ml.ParticlePicking.Trainers.DifferenceOfGaussians(radius: 3)
        : _ml.ParticlePicking.Trainers.PositiveUnlabeled(TinyData.Options());

    private ITransformer Fit(string trainer, IReadOnlyList<MicrographData> rows) =>
        _ml.ParticlePicking.Transforms.Preprocess(2, Normalization.Affine).Append(Trainer(trainer)).Fit(_ml.Data.LoadFromEnumerable(rows));

    private IEstimator<ITransformer> Picker() =>
        _ml.ParticlePicking.Transforms.ScoreMicrographs(TinyData.Model).Append(_ml.ParticlePicking.Transforms.ExtractParticles(3, -100));

    private IDataView Picked(IReadOnlyList<MicrographData> rows)
    {
        IDataView data = _ml.Data.LoadFromEnumerable(rows);
        return Picker().Fit(data).Transform(data);
    }

    private static List<(string Name, float[] Numbers)> Picks(IDataView picked) =>
        Values.Of(picked, PickingColumns.PickX, PickingColumns.PickY, PickingColumns.PickScore);

    private sealed class Images
    {
        public string Name { get; set; } = "";

        [MicrographType]
        public Micrograph? Mine { get; set; }

        public float[] LabelX { get; set; } = [];

        public float[] LabelY { get; set; } = [];
    }

    private sealed class Picked1
    {
        public string Name { get; set; } = "one";

        public float[] PickX { get; set; } = [1];

        public float[] PickY { get; set; } = [1];

        public float[] PickScore { get; set; } = [1];

        public float PickRadius { get; set; } = 1;

        public float[] LabelX { get; set; } = [1];

        public float[] LabelY { get; set; } = [1];

        public float[] CandidateFeatures { get; set; } = new float[16];
    }
}
