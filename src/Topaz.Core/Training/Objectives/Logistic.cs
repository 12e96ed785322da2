namespace Topaz.Training;

/// <summary>The logistic function and its logarithm, accurate for scores of any size.</summary>
internal static class Logistic
{
    /// <summary>p = 1 / (1 + e⁻ˢ); never rounded to 1 on the way to a small 1 − p, which is Sigmoid(−s).</summary>
    public static double Sigmoid(double score)
    {
        double e = Math.Exp(-Math.Abs(score));
        return (score >= 0 ? 1 : e) / (1 + e);
    }

    /// <summary>log(1 + eˢ): −log(1 − p), the logistic loss of label 0; of label 1 it is Softplus(−s).</summary>
    public static double Softplus(double score) => Math.Max(score, 0) + Log1P(Math.Exp(-Math.Abs(score)));

    /// <summary>Mean logistic loss of the positives towards 1, and its gradient; 0 without positives.</summary>
    /// <returns>BCE(P, 1) and the number of positives.</returns>
    public static (double Loss, int Count) PositiveLoss(
        ReadOnlySpan<double> scores, ReadOnlySpan<bool> positive, Span<double> gradient)
    {
        int count = positive.Count(true);
        double loss = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            gradient[i] = positive[i] ? -Sigmoid(-scores[i]) / count : 0;
            if (positive[i])
                loss += Softplus(-scores[i]);
        }

        return (count == 0 ? 0 : loss / count, count);
    }

    /// <summary>log(1 + x) for x &gt; −1 without loss of digits for small x; double.LogP1 rounds 1 + x first.</summary>
    public static double Log1P(double x)
    {
        // Kahan: the error of rounding 1 + x cancels in the quotient.
        double sum = 1 + x;
        return sum == 1 ? x : Math.Log(sum) * (x / (sum - 1));
    }
}
