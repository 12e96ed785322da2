using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;

namespace Topaz.MLNet.Tests;

/// <summary>Picks before ML.NET's own calibrators.</summary>
public sealed class CalibrationTests(SimulatedData data) : IClassFixture<SimulatedData>
{
    private IDataView UnrolledPicks(MLContext ml)
    {
        IDataView rows = data.Load(ml);
        IDataView picked = ml.ParticlePicking.Transforms.Preprocess(2)
            .Append(ml.ParticlePicking.Trainers.DifferenceOfGaussians(radius: 8)).Fit(rows).Transform(rows);
        return ml.Data.Cache(ml.ParticlePicking.UnrollPicks(picked));
    }

    [Fact]
    public void A_calibrator_turns_scores_into_probabilities_in_the_same_order()
    {
        var ml = new MLContext(seed: 1);
        IDataView picks = UnrolledPicks(ml);
        IDataView calibrated = ml.BinaryClassification.Calibrators.Platt().Fit(picks).Transform(picks);
        float[] scores = [.. calibrated.GetColumn<float>("Score")], probabilities = [.. calibrated.GetColumn<float>("Probability")];
        Assert.All(probabilities, probability => Assert.InRange(probability, 0, 1));
        int[] order = [.. Enumerable.Range(0, scores.Length).OrderBy(i => scores[i])];
        Assert.All(order.Zip(order.Skip(1)), pair => Assert.True(probabilities[pair.First] <= probabilities[pair.Second]));
        CalibratedBinaryClassificationMetrics metrics = ml.BinaryClassification.Evaluate(calibrated);
        Assert.True(metrics.LogLossReduction > 0, $"log loss reduction {metrics.LogLossReduction}");
    }
}
