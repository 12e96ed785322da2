namespace Topaz.Training;

/// <summary>
/// The non-negative risk estimator of positive-unlabelled learning (Kiryo et al., NeurIPS 2017, algorithm 1):
/// R⁺ = π BCE(P, 1), R⁻ = BCE(U, 0) − π BCE(P, 0). While R⁻ ≥ −β it minimises R⁺ + R⁻; below, it undoes the overfitting by a
/// step along −R⁻, and reports R⁺ − β. Here U are crops from anywhere, labelled discs included.
/// </summary>
/// <param name="pi">π, the expected fraction of positives among all pixels, between 0 and 1.</param>
/// <param name="beta">β, how far R⁻ may sink below 0.</param>
public sealed class NonNegativeObjective(double pi, double beta = 0) : IObjective
{
    /// <inheritdoc/>
    public ObjectiveValue Evaluate(ReadOnlySpan<double> scores, ReadOnlySpan<bool> positive, Span<double> gradient)
    {
        int positives = positive.Count(true), unlabeled = scores.Length - positives;
        double ofPositive = pi / Math.Max(positives, 1), ofUnlabeled = 1.0 / Math.Max(unlabeled, 1);
        double positiveRisk = 0, negativeRisk = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            if (positive[i])
            {
                positiveRisk += ofPositive * Logistic.Softplus(-scores[i]);
                // Without unlabelled crops there is no negative risk to estimate.
                negativeRisk -= unlabeled == 0 ? 0 : ofPositive * Logistic.Softplus(scores[i]);
            }
            else
            {
                negativeRisk += ofUnlabeled * Logistic.Softplus(scores[i]);
            }
        }

        bool clipped = negativeRisk < -beta;
        for (int i = 0; i < scores.Length; i++)
        {
            double p = Logistic.Sigmoid(scores[i]);
            double ofNegativeRisk = !positive[i] ? ofUnlabeled * p : unlabeled == 0 ? 0 : -ofPositive * p;
            double ofPositiveRisk = positive[i] ? -ofPositive * Logistic.Sigmoid(-scores[i]) : 0;
            gradient[i] = clipped ? -ofNegativeRisk : ofPositiveRisk + ofNegativeRisk;
        }

        return clipped
            ? new ObjectiveValue(positiveRisk - beta, null, -negativeRisk)
            : new ObjectiveValue(positiveRisk + negativeRisk, null, positiveRisk + negativeRisk);
    }
}
