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
        double ofPositive = 0, ofUnlabeled = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            double p = Logistic.Sigmoid(scores[i]);
            if (positive[i])
                ofPositive += p;
            else
                ofUnlabeled += p;
        }

        int count = positive.Count(true);
        return FromSums(ofPositive, count, ofUnlabeled, scores.Length - count);
    }

    /// <summary>Computes them from sums of probabilities.</summary>
    internal static SoftMetrics FromSums(double ofPositive, long positives, double ofUnlabeled, long unlabeled) => new(
        Ratio(ofPositive, ofPositive + ofUnlabeled), Ratio(ofPositive, positives), Ratio(ofUnlabeled, unlabeled));

    private static double Ratio(double part, double whole) => whole == 0 ? 0 : part / whole;
}
