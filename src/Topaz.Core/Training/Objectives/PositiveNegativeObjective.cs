namespace Topaz.Training;

/// <summary>
/// The unlabelled taken for negatives: L = π BCE(P, 1) + (1−π) BCE(U, 0); without π the plain mean of the logistic loss.
/// </summary>
/// <param name="pi">π, the weight of the positives, between 0 and 1; null for as many as there are in the minibatch.</param>
public sealed class PositiveNegativeObjective(double? pi = null) : IObjective
{
    /// <inheritdoc/>
    public ObjectiveValue Evaluate(ReadOnlySpan<double> scores, ReadOnlySpan<bool> positive, Span<double> gradient)
    {
        int positives = positive.Count(true), unlabeled = scores.Length - positives;
        double weight = pi ?? (double)positives / scores.Length, loss = 0;
        // A term without crops contributes nothing; dividing by 1 keeps it from being 0/0.
        double ofPositive = weight / Math.Max(positives, 1), ofUnlabeled = (1 - weight) / Math.Max(unlabeled, 1);
        for (int i = 0; i < scores.Length; i++)
        {
            if (positive[i])
            {
                loss += ofPositive * Logistic.Softplus(-scores[i]);
                gradient[i] = -ofPositive * Logistic.Sigmoid(-scores[i]);
            }
            else
            {
                loss += ofUnlabeled * Logistic.Softplus(scores[i]);
                gradient[i] = ofUnlabeled * Logistic.Sigmoid(scores[i]);
            }
        }

        return new ObjectiveValue(loss, null, loss);
    }
}
