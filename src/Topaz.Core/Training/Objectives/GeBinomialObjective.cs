namespace Topaz.Training;

/// <summary>
/// Positives towards 1, and the number of positives among the unlabelled towards a binomial distribution:
/// L = BCE(P, 1) − λ Σₖ q(k) log Binomial(k; N, π'), where q is the normal approximation of that number's distribution under
/// the network, discretised on k = 0…N (Bepler et al., Nature Methods 16:1153, 2019, GE-binomial).
/// </summary>
/// <param name="pi">π', the expected fraction of positives among the unlabelled, strictly between 0 and 1.</param>
/// <param name="slack">λ, the weight of the penalty.</param>
/// <param name="entropyWeight">Weight of q's entropy ½(log v + log 2π + 1), added to the penalty.</param>
public sealed class GeBinomialObjective(double pi, double slack = 1, double entropyWeight = 0) : IObjective
{
    private const double VarianceFloor = 1e-10;

    private double[] _logBinomial = [];
    private double[] _q = [];

    /// <inheritdoc/>
    public ObjectiveValue Evaluate(ReadOnlySpan<double> scores, ReadOnlySpan<bool> positive, Span<double> gradient)
    {
        (double loss, int positives) = Logistic.PositiveLoss(scores, positive, gradient);
        int n = scores.Length - positives;
        if (n == 0)
            return new ObjectiveValue(loss, 0, loss);

        double mean = 0, variance = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            if (positive[i])
                continue;
            double p = Logistic.Sigmoid(scores[i]);
            mean += p;
            variance += p * Logistic.Sigmoid(-scores[i]);
        }

        (double penalty, double byMean, double byVariance) = Penalty(n, mean, variance);
        for (int i = 0; i < scores.Length; i++)
        {
            if (positive[i])
                continue;
            double p = Logistic.Sigmoid(scores[i]), complement = Logistic.Sigmoid(-scores[i]);
            // dμ/ds = p(1−p) and dv/ds = p(1−p)(1−2p).
            gradient[i] = slack * p * complement * (byMean + byVariance * (complement - p));
        }

        return new ObjectiveValue(loss, penalty, loss + slack * penalty);
    }

    /// <summary>The penalty as a function of the mean μ = Σp and the variance v = Σp(1−p), with its derivatives.</summary>
    internal (double Penalty, double ByMean, double ByVariance) Penalty(int n, double mean, double variance)
    {
        double[] logBinomial = LogBinomial(n);
        double w = variance + VarianceFloor;
        int nearest = (int)Math.Clamp(Math.Round(mean), 0, n);
        // Exponents relative to the largest, which is at the nearest integer.
        double largest = -(mean - nearest) * (mean - nearest) / (2 * w), sum = 0;
        for (int k = 0; k <= n; k++)
        {
            double distance = mean - k;
            sum += _q[k] = Math.Exp(-distance * distance / (2 * w) - largest);
        }

        double expected = 0;
        for (int k = 0; k <= n; k++)
            expected += (_q[k] /= sum) * logBinomial[k];

        // dq(k) = q(k) (de(k) − Σ q de) for exponents e, so dΣ q b = Σ q (b − Σ q b) de.
        double byMean = 0, byVariance = 0;
        for (int k = 0; k <= n; k++)
        {
            if (_q[k] == 0)
                continue;
            double covariance = _q[k] * (logBinomial[k] - expected), distance = (mean - k) / w;
            byMean += covariance * distance;
            byVariance -= covariance * distance * distance / 2;
        }

        double penalty = -expected;
        if (entropyWeight != 0)
        {
            penalty += entropyWeight * 0.5 * (Math.Log(w) + Math.Log(2 * Math.PI) + 1);
            byVariance += entropyWeight * 0.5 / w;
        }

        return (penalty, byMean, byVariance);
    }

    /// <summary>log Binomial(k; N, π') for k = 0…N, kept for the next minibatch, which is as large.</summary>
    private double[] LogBinomial(int n)
    {
        if (_logBinomial.Length == n + 1)
            return _logBinomial;
        _q = new double[n + 1];
        var logFactorial = new double[n + 1];
        for (int k = 1; k <= n; k++)
            logFactorial[k] = logFactorial[k - 1] + Math.Log(k);
        double success = Math.Log(pi), failure = Logistic.Log1P(-pi);
        var table = new double[n + 1];
        for (int k = 0; k <= n; k++)
            table[k] = logFactorial[n] - logFactorial[k] - logFactorial[n - k] + k * success + (n - k) * failure;
        return _logBinomial = table;
    }
}
