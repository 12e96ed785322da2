using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;

namespace Topaz.MLNet.Tests;

/// <summary>Picks before ML.NET's own calibrators, linear trainers and cross-validation.</summary>
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

    [Fact]
    public void A_stock_trainer_learns_from_candidate_features()
    {
        var ml = new MLContext(seed: 1);
        IDataView rows = data.Load(ml);
        IDataView described = SimulatedData.Pipeline(ml).Append(ml.ParticlePicking.Transforms.FeaturizeCandidates()).Fit(rows).Transform(rows);
        IDataView picks = ml.Data.Cache(ml.ParticlePicking.UnrollPicks(described, matchRadius: 12));
        ITransformer model = ml.Transforms.NormalizeMeanVariance("Features")
            .Append(ml.BinaryClassification.Trainers.LbfgsLogisticRegression()).Fit(picks);
        double before = ml.ParticlePicking.Evaluate(described, matchRadius: 12).AreaUnderPrecisionRecallCurve;
        IDataView again = ml.ParticlePicking.RollUpPicks(model.Transform(picks), described, "Probability");
        double after = ml.ParticlePicking.Evaluate(again, matchRadius: 12).AreaUnderPrecisionRecallCurve;
        Assert.True(after > before, $"AUPRC {before} before, {after} after ranking again on the same picks");
    }
}
