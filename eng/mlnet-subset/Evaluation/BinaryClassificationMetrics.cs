namespace Microsoft.ML.Data;

/// <summary>How well predictions of two classes agree with the labels.</summary>
public class BinaryClassificationMetrics
{
    internal BinaryClassificationMetrics(IReadOnlyList<ScoredExample> examples)
    {
        // First, because it refuses data without examples of both classes.
        AreaUnderRocCurve = RankedExamples.AreaUnderRoc(examples);
        double tp = examples.Count(e => e.Label && e.Score > 0), fn = examples.Count(e => e.Label && !(e.Score > 0));
        double fp = examples.Count(e => !e.Label && e.Score > 0), tn = examples.Count(e => !e.Label && !(e.Score > 0));
        Accuracy = (tp + tn) / examples.Count;
        PositivePrecision = Ratio(tp, tp + fp);
        PositiveRecall = Ratio(tp, tp + fn);
        NegativePrecision = Ratio(tn, tn + fn);
        NegativeRecall = Ratio(tn, tn + fp);
        F1Score = Ratio(2 * tp, 2 * tp + fp + fn);
        AreaUnderPrecisionRecallCurve = RankedExamples.AreaUnderPrecisionRecall(examples);
        ConfusionMatrix = new ConfusionMatrix([[tp, fn], [fp, tn]]);
    }

    public double AreaUnderRocCurve { get; }

    public double Accuracy { get; }

    public double PositivePrecision { get; }

    public double PositiveRecall { get; private set; }

    public double NegativePrecision { get; }

    public double NegativeRecall { get; }

    public double F1Score { get; }

    public double AreaUnderPrecisionRecallCurve { get; }

    public ConfusionMatrix ConfusionMatrix { get; }

    private static double Ratio(double part, double whole) => whole == 0 ? 0 : part / whole;
}

/// <summary>With, in addition, how good the probabilities are. Logarithms are to base 2.</summary>
public sealed class CalibratedBinaryClassificationMetrics : BinaryClassificationMetrics
{
    internal CalibratedBinaryClassificationMetrics(IReadOnlyList<ScoredExample> examples) : base(examples)
    {
        double positive = examples.Count(e => e.Label) / (double)examples.Count;
        LogLoss = examples.Sum(e => -Math.Log2(e.Label ? e.Probability : 1.0 - e.Probability)) / examples.Count;
        Entropy = Information(positive) + Information(1 - positive);
        LogLossReduction = (Entropy - LogLoss) / Entropy;
    }

    public double LogLoss { get; }

    /// <summary>The share of the prior's log loss that the probabilities take away.</summary>
    public double LogLossReduction { get; }

    /// <summary>The log loss of always predicting the share of positives.</summary>
    public double Entropy { get; }

    private static double Information(double share) => share == 0 ? 0 : -share * Math.Log2(share);
}
