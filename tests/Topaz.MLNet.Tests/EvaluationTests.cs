using Microsoft.ML;
using Microsoft.ML.Data;
using Topaz.Particles;
using Topaz.Picking;
using Xunit;

namespace Topaz.MLNet.Tests;

/// <summary>Picks against labels, by the library's own means and by ML.NET's.</summary>
public sealed class EvaluationTests
{
    private const double MatchRadius = 8;
    private static readonly string[] PickColumns = [PickingColumns.PickX, PickingColumns.PickY, PickingColumns.PickScore];
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Unrolled_picks_are_the_picks()
    {
        IDataView picked = Picked();
        IDataView unrolled = _ml.ParticlePicking.UnrollPicks(picked, MatchRadius);
        Assert.Equal(["Name", "X", "Y", "Score", "Label", "PredictedLabel"], unrolled.Schema.Select(column => column.Name));
        Assert.Equal(
            [TextDataViewType.Instance, NumberDataViewType.Single, NumberDataViewType.Single, NumberDataViewType.Single, BooleanDataViewType.Instance, BooleanDataViewType.Instance],
            unrolled.Schema.Select(column => column.Type));
        ParticleTable table = _ml.ParticlePicking.ToParticleTable(picked);
        Assert.Equal(table.Micrographs.SelectMany(name => table[name].Select(pick => (name, (float)pick.X, (float)pick.Y, pick.Score))), Rows(unrolled).Select(row => (row.Name, row.X, row.Y, row.Score)));
        Assert.All(Rows(unrolled), row => Assert.Equal(row.Score > 0, row.PredictedLabel));
        Assert.Equal(_ml.ParticlePicking.Evaluate(picked, MatchRadius).MatchedCount, Rows(unrolled).Count(row => row.Label));
    }

    [Fact]
    public void Without_labels_unrolled_picks_have_no_label()
    {
        IDataView picked = Picked();
        IDataView unlabelled = _ml.Transforms.DropColumns(PickingColumns.LabelX, PickingColumns.LabelY).Fit(picked).Transform(picked);
        Assert.Null(_ml.ParticlePicking.UnrollPicks(unlabelled).Schema.GetColumnOrNull("Label"));
    }

    [Fact]
    public void Unrolled_features_have_names()
    {
        IDataView picked = Picked();
        IDataView featured = _ml.ParticlePicking.Transforms.FeaturizeCandidates().Fit(picked).Transform(picked);
        IDataView unrolled = _ml.ParticlePicking.UnrollPicks(featured);
        DataViewSchema.Column features = unrolled.Schema["Features"];
        Assert.Equal(CandidateFeatures.Names.Count, Assert.IsType<VectorDataViewType>(features.Type).Size);
        VBuffer<ReadOnlyMemory<char>> names = default;
        features.Annotations.GetValue("SlotNames", ref names);
        Assert.Equal(CandidateFeatures.Names, names.DenseValues().Select(name => name.ToString()));

        // The first feature is the score; the rest is what the row's vector holds at that place.
        float[][] unrolledFeatures = [.. unrolled.GetColumn<float[]>("Features")];
        Assert.Equal(unrolled.GetColumn<float>("Score"), unrolledFeatures.Select(row => row[0]));
        Assert.Equal(Values.Of(featured, PickingColumns.CandidateFeatures).SelectMany(row => row.Numbers.Skip(1)), unrolledFeatures.SelectMany(row => row));
    }

    [Fact]
    public void Picks_ranked_again_lose_features_of_the_old_order_and_can_be_unrolled()
    {
        IDataView picked = Picked();
        IDataView featured = _ml.ParticlePicking.Transforms.FeaturizeCandidates().Fit(picked).Transform(picked);
        IDataView rolled = _ml.ParticlePicking.RollUpPicks(_ml.ParticlePicking.UnrollPicks(featured), featured, "X");
        Assert.Null(rolled.Schema.GetColumnOrNull(PickingColumns.CandidateFeatures));
        IDataView unrolled = _ml.ParticlePicking.UnrollPicks(rolled);
        Assert.Equal(unrolled.GetColumn<float>("X"), unrolled.GetColumn<float>("Score"));
    }

    [Fact]
    public void Picks_of_unknown_micrographs_are_not_rolled_up()
    {
        IDataView picked = Picked();
        IDataView strangers = _ml.Data.LoadFromEnumerable([new UnrolledRow { Name = "stranger" }]);
        Assert.Contains("stranger", Assert.Throws<TopazException>(() => _ml.ParticlePicking.RollUpPicks(strangers, picked)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Stock_evaluation_takes_unrolled_picks()
    {
        IDataView picked = Picked();
        IDataView unrolled = _ml.ParticlePicking.UnrollPicks(picked, MatchRadius);
        BinaryClassificationMetrics stock = _ml.BinaryClassification.EvaluateNonCalibrated(unrolled);
        PickingMetrics own = _ml.ParticlePicking.Evaluate(picked, MatchRadius);
        UnrolledRow[] rows = Rows(unrolled);
        Assert.Equal(own.PickCount, rows.Length);
        Assert.InRange(stock.AreaUnderRocCurve, 0.5, 1);
        Assert.InRange(stock.AreaUnderPrecisionRecallCurve, 0.1, 1);
        Assert.Equal((double)rows.Count(row => row.Label == row.PredictedLabel) / rows.Length, stock.Accuracy, 1e-9);
        Assert.Equal((double)rows.Count(row => row.Label && row.PredictedLabel) / own.MatchedCount, stock.PositiveRecall, 1e-9);
    }

    [Fact]
    public void Rolling_up_undoes_unrolling()
    {
        IDataView picked = Picked();
        IDataView rolled = _ml.ParticlePicking.RollUpPicks(_ml.ParticlePicking.UnrollPicks(picked), picked);
        List<(string Name, float[] Numbers)> expected = Values.Of(picked, PickColumns), actual = Values.Of(rolled, PickColumns);
        Assert.Equal(expected.Select(row => row.Name), actual.Select(row => row.Name));
        Assert.Equal(expected.Select(row => row.Numbers), actual.Select(row => row.Numbers));
        Assert.Equal(
            _ml.ParticlePicking.Evaluate(picked).AreaUnderPrecisionRecallCurve, _ml.ParticlePicking.Evaluate(rolled).AreaUnderPrecisionRecallCurve);
    }

    [Fact]
    public void Another_score_ranks_picks_again()
    {
        IDataView picked = Picked();
        IDataView unrolled = _ml.ParticlePicking.UnrollPicks(picked);
        IDataView judged = _ml.Transforms.CustomMapping<ScoreRow, JudgementRow>((row, judgement) => judgement.Judgement = -row.Score, null).Fit(unrolled).Transform(unrolled);
        ParticleTable before = _ml.ParticlePicking.ToParticleTable(picked);
        ParticleTable after = _ml.ParticlePicking.ToParticleTable(_ml.ParticlePicking.RollUpPicks(judged, picked, "Judgement"));
        foreach (string name in before.Micrographs)
            Assert.Equal(before[name].Reverse().Select(pick => pick with { Score = -pick.Score }), after[name]);
    }

    [Fact]
    public void Picks_filtered_away_stay_away()
    {
        IDataView picked = Picked();
        IDataView unrolled = _ml.ParticlePicking.UnrollPicks(picked);
        IDataView some = _ml.Data.FilterByCustomPredicate<UnrolledRow>(unrolled, row => row.Name == "tiny001" || row.X < 40);
        ParticleTable before = _ml.ParticlePicking.ToParticleTable(picked), after = _ml.ParticlePicking.ToParticleTable(_ml.ParticlePicking.RollUpPicks(some, picked));
        Assert.Equal(before.Micrographs, after.Micrographs);
        Assert.Empty(after["tiny001"]);
        Assert.Equal(before["tiny000"].Where(pick => pick.X >= 40), after["tiny000"]);
    }

    [Theory]
    [InlineData(0.25, 2)]
    [InlineData(0.5, 5)]
    [InlineData(0.01, 1)]
    [InlineData(0.99, 8)]
    public void A_split_has_the_size_asked_for(double fraction, int expected)
    {
        IDataView data = Nine();
        (IDataView train, IDataView test) = _ml.ParticlePicking.TrainTestSplit(data, fraction, seed: 3);
        string[] tested = [.. test.GetColumn<string>("Name")], trained = [.. train.GetColumn<string>("Name")];
        Assert.Equal(expected, tested.Length);
        Assert.Equal(data.GetColumn<string>("Name").Order(), tested.Concat(trained).Order());
        Assert.Equal(data.Schema.Select(column => column.Name), train.Schema.Select(column => column.Name));
    }

    [Fact]
    public void A_split_follows_its_seed()
    {
        string[] Tested(MLContext ml, int? seed = null) => [.. ml.ParticlePicking.TrainTestSplit(Nine(), 0.4, seed).TestSet.GetColumn<string>("Name")];
        Assert.Equal(Tested(new MLContext(seed: 8)), Tested(new MLContext(seed: 8)));
        Assert.Equal(Tested(new MLContext(seed: 8), seed: 4), Tested(new MLContext(seed: 9), seed: 4));
        Assert.NotEmpty(Enumerable.Range(0, 20).Select(seed => string.Join(' ', Tested(_ml, seed))).Distinct().Skip(5));
    }

    [Fact]
    public void Cross_validation_tests_each_micrograph_once_and_equals_the_work_by_hand()
    {
        IDataView data = TinyData.Load(_ml);
        IEstimator<ITransformer> pipeline = _ml.ParticlePicking.Transforms.Preprocess(2, Images.Normalization.Affine)
            .Append(_ml.ParticlePicking.Trainers.PositiveUnlabeled(TinyData.Options(options => options.Seed = 2)))
            .Append(_ml.ParticlePicking.Transforms.ExtractParticles(3, -100));
        IReadOnlyList<PickingCrossValidationResult> folds = _ml.ParticlePicking.CrossValidate(data, pipeline, numberOfFolds: 3, MatchRadius, seed: 6);
        Assert.Equal([0, 1, 2], folds.Select(fold => fold.Fold));
        string[][] tested = [.. folds.Select(fold => fold.ScoredHoldOutSet.GetColumn<string>("Name").ToArray())];
        Assert.Equal([2, 1, 1], tested.Select(names => names.Length));
        Assert.Equal(TinyData.Rows.Select(row => row.Name).Order(), tested.SelectMany(names => names).Order());
        for (int fold = 0; fold < 3; fold++)
        {
            IDataView Of(bool test) => _ml.Data.LoadFromEnumerable(TinyData.Rows.Where(row => tested[fold].Contains(row.Name) == test).ToArray());
            PickingMetrics byHand = _ml.ParticlePicking.Evaluate(pipeline.Fit(Of(test: false)).Transform(Of(test: true)), MatchRadius);
            PickingMetrics metrics = folds[fold].Metrics;
            Assert.Equal(byHand.AreaUnderPrecisionRecallCurve, metrics.AreaUnderPrecisionRecallCurve);
            Assert.Equal(byHand.MatchedCount, metrics.MatchedCount);
            Assert.Equal(byHand.PickCount, metrics.PickCount);
            Assert.Equal(byHand.MeanMatchedDistance, metrics.MeanMatchedDistance);
            Assert.Equal(metrics.AreaUnderPrecisionRecallCurve, _ml.ParticlePicking.Evaluate(folds[fold].ScoredHoldOutSet, MatchRadius).AreaUnderPrecisionRecallCurve);
        }
    }

    [Fact]
    public void A_table_of_picks_is_what_the_rows_hold()
    {
        IDataView picked = Picked();
        ParticleTable table = _ml.ParticlePicking.ToParticleTable(picked);
        Assert.Equal(TinyData.Rows.Select(row => row.Name), table.Micrographs);
        foreach (MicrographPicks row in _ml.Data.CreateEnumerable<MicrographPicks>(picked, reuseRowObject: false))
        {
            Assert.Equal(row.Particles, table[row.Name]);
            Assert.NotEmpty(row.Particles);
        }
    }

    [Fact]
    public void Perfect_picks_are_perfect()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(new[] { new PickedRow { PickX = [10, 50], PickY = [10, 20], PickScore = [2, 1], LabelX = [11, 50], LabelY = [10, 20] } });
        PickingMetrics metrics = _ml.ParticlePicking.Evaluate(data);
        Assert.Equal((1.0, 1.0, 1f), (metrics.AreaUnderPrecisionRecallCurve, metrics.F1Score, metrics.BestThreshold));
        Assert.Equal((2, 2, 2, 0.5, 5.0), (metrics.PickCount, metrics.MatchedCount, metrics.LabelCount, metrics.MeanMatchedDistance, metrics.MatchRadius));
        Assert.Equal(1, metrics.RecallAtPrecision(1));
        Assert.Contains("AUPRC 1.000", metrics.ToString(), StringComparison.Ordinal);
        PickingMetrics strict = _ml.ParticlePicking.Evaluate(data, matchRadius: 0.5);
        Assert.Equal((1, 0.25), (strict.MatchedCount, strict.AreaUnderPrecisionRecallCurve));
        Assert.Equal(0, strict.RecallAtPrecision(0.9));
    }

    private static UnrolledRow[] Rows(MLContext ml, IDataView unrolled) => [.. ml.Data.CreateEnumerable<UnrolledRow>(unrolled, reuseRowObject: false)];

    private UnrolledRow[] Rows(IDataView unrolled) => Rows(_ml, unrolled);

    private IDataView Nine() => _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 9).Select(i => new MicrographData { Name = $"m{i}" }).ToArray());

    private IDataView Picked()
    {
        IDataView data = TinyData.Load(_ml);
        return _ml.ParticlePicking.Transforms.ScoreMicrographs(TinyData.Model).Append(_ml.ParticlePicking.Transforms.ExtractParticles(3, -100)).Fit(data).Transform(data);
    }

    private sealed class UnrolledRow
    {
        public string Name { get; set; } = "";

        public float X { get; set; }

        public float Y { get; set; }

        public float Score { get; set; }

        public bool Label { get; set; }

        public bool PredictedLabel { get; set; }
    }

    private sealed class ScoreRow
    {
        public float Score { get; set; }
    }

    private sealed class JudgementRow
    {
        public float Judgement { get; set; }
    }

    private sealed class PickedRow
    {
        public float[] PickX { get; set; } = [];

        public float[] PickY { get; set; } = [];

        public float[] PickScore { get; set; } = [];

        public float PickRadius { get; set; } = 5;

        public float[] LabelX { get; set; } = [];

        public float[] LabelY { get; set; } = [];
    }
}
