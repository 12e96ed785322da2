using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;

namespace MLNetContract.Tests;

public class EvaluationContract
{
    private readonly MLContext _ml = new(1);

    // Of Examples(60), in the order of the test, from Microsoft.ML 4.0.2.
    private static readonly double[] Expected =
        [0.883333333, 0.952169077, 0.960299021, 0.877192982, 0.961538462, 0.806451613, 0.823529412, 0.965517241, 0.401117814, 0.598560374, 0.999198354];

    private IDataView Data(params Scored[] rows) => _ml.Data.LoadFromEnumerable(rows);

    // Reproducible without a generator: scores with ties, labels that mostly follow them.
    private static Scored[] Examples(int count) => [.. Enumerable.Range(0, count).Select(i => i * 37 % 11).Select((r, i) => new Scored
    {
        Label = r + i * i % 5 > 6,
        Score = r - 5,
        Probability = 1 / (1 + MathF.Exp(5 - r)),
        PredictedLabel = r > 5,
    })];

    [Fact]
    public void Metrics_have_the_originals_values()
    {
        CalibratedBinaryClassificationMetrics metrics = _ml.BinaryClassification.Evaluate(Data(Examples(60)));
        double[] values =
        [
            metrics.Accuracy, metrics.AreaUnderRocCurve, metrics.AreaUnderPrecisionRecallCurve, metrics.F1Score, metrics.PositivePrecision, metrics.PositiveRecall,
            metrics.NegativePrecision, metrics.NegativeRecall, metrics.LogLoss, metrics.LogLossReduction, metrics.Entropy,
        ];
        Assert.Equal(Expected, values.Select(v => Math.Round(v, 9)));
        Assert.Equal(metrics.AreaUnderRocCurve, _ml.BinaryClassification.EvaluateNonCalibrated(Data(Examples(60))).AreaUnderRocCurve);
    }

    [Fact]
    public void Predictions_are_by_the_sign_of_the_score_not_by_the_predicted_label()
    {
        BinaryClassificationMetrics metrics = _ml.BinaryClassification.EvaluateNonCalibrated(Data(
            [.. Enumerable.Range(0, 10).Select(i => new Scored { Label = i > 4, Score = i, PredictedLabel = i > 7 })]));
        Assert.Equal((0.6, 1.0, 1.0), (metrics.Accuracy, metrics.AreaUnderRocCurve, metrics.AreaUnderPrecisionRecallCurve));
        Assert.Equal([[5, 0], [4, 1]], metrics.ConfusionMatrix.Counts);
        Assert.Equal(4, metrics.ConfusionMatrix.GetCountForClassPair(0, 1));
    }

    [Fact]
    public void Equal_scores_count_half_for_roc_and_in_row_order_for_precision_recall()
    {
        BinaryClassificationMetrics metrics = _ml.BinaryClassification.EvaluateNonCalibrated(Data(
            [.. Enumerable.Range(0, 10).Select(i => new Scored { Label = i % 3 == 0, Score = 1 })]));
        Assert.Equal(0.5, metrics.AreaUnderRocCurve);
        Assert.Equal(0.541071428571, metrics.AreaUnderPrecisionRecallCurve, 9);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Rows_without_a_finite_score_are_left_out(float score)
    {
        BinaryClassificationMetrics metrics = _ml.BinaryClassification.EvaluateNonCalibrated(Data(
            [.. Enumerable.Range(0, 10).Select(i => new Scored { Label = i > 4, Score = i == 3 ? score : i })]));
        Assert.Equal(9, metrics.ConfusionMatrix.Counts.Sum(row => row.Sum()));
        Assert.Equal(1, metrics.AreaUnderRocCurve);
    }

    [Fact]
    public void Undefined_ratios_are_zero()
    {
        BinaryClassificationMetrics metrics = _ml.BinaryClassification.EvaluateNonCalibrated(Data(
            [.. Enumerable.Range(0, 10).Select(i => new Scored { Label = i > 5, Score = -i })]));
        Assert.Equal((0.0, 0.0, 0.0, 0.0), (metrics.PositivePrecision, metrics.PositiveRecall, metrics.F1Score, metrics.AreaUnderRocCurve));
        Assert.Equal(0.231547619048, metrics.AreaUnderPrecisionRecallCurve, 9);
    }

    [Fact]
    public void Both_classes_must_occur()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.BinaryClassification.EvaluateNonCalibrated(Data(new Scored { Label = true, Score = 1 })));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.BinaryClassification.EvaluateNonCalibrated(Data(new Scored { Label = false, Score = 1 })));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.BinaryClassification.EvaluateNonCalibrated(Data()));
    }

    [Theory]
    [InlineData("Label", "Label column 'Label' not found")]
    [InlineData("Score", "Score column 'Score' not found")]
    [InlineData("PredictedLabel", "PredictedLabel column 'PredictedLabel' not found")]
    [InlineData("Probability", "Probability column 'Probability' not found")]
    public void Missing_columns_are_named(string column, string message)
    {
        IDataView data = Data(Examples(10));
        IDataView without = _ml.Transforms.DropColumns(column).Fit(data).Transform(data);
        Assert.Equal(message, Assert.Throws<ArgumentOutOfRangeException>(() => _ml.BinaryClassification.Evaluate(without)).Text());
    }

    [Fact]
    public void Wrong_types_are_named()
    {
        IDataView data = Data(Examples(10));
        IDataView text = _ml.Transforms.CopyColumns("Label", "Name").Fit(data).Transform(data), boolean = _ml.Transforms.CopyColumns("Score", "Label").Fit(data).Transform(data);
        Assert.Equal("Schema mismatch for label column 'Label': expected Single, Double, Boolean, or a Key with cardinality 2, got String",
            Assert.Throws<ArgumentOutOfRangeException>(() => _ml.BinaryClassification.EvaluateNonCalibrated(text)).Text());
        Assert.Equal("Schema mismatch for score column 'Score': expected Single, got Boolean",
            Assert.Throws<ArgumentOutOfRangeException>(() => _ml.BinaryClassification.EvaluateNonCalibrated(boolean)).Text());
    }

    internal sealed class Scored
    {
        public bool Label { get; set; }

        public float Score { get; set; }

        public float Probability { get; set; }

        public bool PredictedLabel { get; set; }

        public string? Name { get; set; }
    }
}
