namespace Topaz.Training;

/// <summary>
/// Positives towards 1, and the mean probability of the unlabelled towards π':
/// L = BCE(P, 1) + λ KL(π' ‖ mean_U p) (Bepler et al., Nature Methods 16:1153, 2019, GE-KL).
/// </summary>
/// <param name="pi">π', the expected fraction of positives among the unlabelled, strictly between 0 and 1.</param>
/// <param name="slack">λ, the weight of the penalty, which is reported with that weight.</param>
public sealed class GeKlObjective(double pi, double slack = 10) : IObjective
{
    /// <inheritdoc/>
    public ObjectiveValue Evaluate(ReadOnlySpan<double> scores, ReadOnlySpan<bool> positive, Span<double> gradient)
    {
        (double loss, int positives) = Logistic.PositiveLoss(scores, positive, gradient);
        int n = scores.Length - positives;
        if (n == 0)
            return new ObjectiveValue(loss, 0, loss);

        // Logarithms of Σp and Σ(1−p), so that neither vanishes however sure the network is.
        double logSum = LogSum(scores, positive, sign: 1), logComplement = LogSum(scores, positive, sign: -1);
        double penalty = slack * (pi * (Math.Log(pi) - logSum + Math.Log(n))
            + (1 - pi) * (Logistic.Log1P(-pi) - logComplement + Math.Log(n)));
        for (int i = 0; i < scores.Length; i++)
        {
            if (positive[i])
                continue;
            // log p(1−p)
            double logSlope = -Logistic.Softplus(scores[i]) - Logistic.Softplus(-scores[i]);
            gradient[i] = slack * ((1 - pi) * Math.Exp(logSlope - logComplement) - pi * Math.Exp(logSlope - logSum));
        }

        return new ObjectiveValue(loss, penalty, loss + penalty);
    }

    /// <summary>log Σ_U sigmoid(sign · s).</summary>
    private static double LogSum(ReadOnlySpan<double> scores, ReadOnlySpan<bool> positive, int sign)
    {
        double largest = double.NegativeInfinity, sum = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            if (!positive[i])
                largest = Math.Max(largest, -Logistic.Softplus(-sign * scores[i]));
        }

        for (int i = 0; i < scores.Length; i++)
        {
            if (!positive[i])
                sum += Math.Exp(-Logistic.Softplus(-sign * scores[i]) - largest);
        }

        return largest + Math.Log(sum);
    }
}
