namespace Topaz.Training;

/// <summary>
/// Precision and rates with probabilities in place of decisions, labelled crops counting as the positives: precision
/// Σ_P p / Σ p, true positive rate mean_P p, false positive rate mean_U p. A quotient without denominator is 0.
/// </summary>
public readonly record struct SoftMetrics(double Precision, double TruePositiveRate, double FalsePositiveRate)
{
    /// <summary>Computes them from log-odds scores.</summary>
    public static SoftMetrics Of(ReadOnlySpan<double> scores, ReadOnlySpan<bool> positive)
    {
        SoftCounts sum = new();
        for (int i = 0; i < scores.Length; i++)
            sum.Add(scores[i], positive[i]);
        return sum.Metrics;
    }

    /// <summary>Computes them from log-odds scores as they come.</summary>
    internal sealed class SoftCounts
    {
        private double _ofPositive, _ofUnlabeled;
        private long _positives, _unlabeled;

        public SoftMetrics Metrics => new(
            Ratio(_ofPositive, _ofPositive + _ofUnlabeled), Ratio(_ofPositive, _positives), Ratio(_ofUnlabeled, _unlabeled));

        public void Add(double score, bool positive)
        {
            double p = Logistic.Sigmoid(score);
            if (positive)
                (_ofPositive, _positives) = (_ofPositive + p, _positives + 1);
            else
                (_ofUnlabeled, _unlabeled) = (_ofUnlabeled + p, _unlabeled + 1);
        }

        private static double Ratio(double part, double whole) => whole == 0 ? 0 : part / whole;
    }
}
