using System.Text.Json.Nodes;
using Topaz.Evaluation;
using Xunit;

namespace Topaz.Tests;

public class PrecisionRecallCurveTests
{
    [SkippableFact]
    public void Curves_and_average_precisions_are_the_reference_ones()
    {
        foreach (JsonNode? golden in Goldens.Require()["average_precision"]!["cases"]!.AsArray())
        {
            float[] scores = [.. Goldens.Numbers(golden!["pred"]!).Select(score => (float)score)];
            bool[] hits = [.. Goldens.Numbers(golden["target"]!).Select(target => target > 0)];

            PrecisionRecallCurve curve = PrecisionRecallCurve.Compute(scores, hits, (int?)golden["N"]);

            Assert.Equal((double)golden["average_precision"]!, curve.AveragePrecision, 1e-12);
            Equal(golden["curve"]!["precision"]!, curve.Precision);
            Equal(golden["curve"]!["recall"]!, curve.Recall);
            Equal(golden["curve"]!["threshold"]!, [.. curve.Thresholds.Select(threshold => (double)threshold)]);
        }

        static void Equal(JsonNode expected, IReadOnlyList<double> actual)
        {
            double[] numbers = Goldens.Numbers(expected);
            Assert.Equal(numbers.Length, actual.Count);
            Assert.All(numbers.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        }
    }

    [Fact]
    public void The_best_F1_comes_with_its_threshold_and_any_threshold_can_be_asked_for()
    {
        PrecisionRecallCurve curve = PrecisionRecallCurve.Compute([3, 2, 2, 1, 0], [true, true, false, true, false], targetCount: 4);

        // The first four predictions find three of four targets.
        Assert.Equal(0.75, curve.BestF1, 1e-12);
        Assert.Equal(1, curve.BestF1Threshold);
        Assert.Equal((1, 0), curve.At(3.5f));
        Assert.Equal((1, 0.25), curve.At(3));
        Assert.Equal((2.0 / 3, 0.5), curve.At(1.5f));
        Assert.Equal((0.6, 0.75), curve.At(float.NegativeInfinity));
    }

    [Fact]
    public void Emptiness_is_no_trouble_and_nonsense_is_refused()
    {
        PrecisionRecallCurve empty = PrecisionRecallCurve.Compute([], [], 3);
        Assert.Equal((0, 0), (empty.AveragePrecision, empty.BestF1));
        Assert.True(float.IsNaN(empty.BestF1Threshold));
        Assert.Equal(0, PrecisionRecallCurve.Compute([1f], [false]).AveragePrecision);
        Assert.Throws<ArgumentException>(() => PrecisionRecallCurve.Compute([float.NaN], [true]));
        Assert.Throws<ArgumentException>(() => PrecisionRecallCurve.Compute([1f], [true], 0));
        Assert.Throws<ArgumentException>(() => PrecisionRecallCurve.Compute([1f, 2f], [true]));
    }
}
