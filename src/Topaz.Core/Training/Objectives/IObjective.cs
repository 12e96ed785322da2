namespace Topaz.Training;

/// <summary>
/// What training minimises, as a function of a minibatch's scores. Objectives know no network: a backend turns their gradient
/// in the scores into that of the weights.
/// </summary>
public interface IObjective
{
    /// <summary>Evaluates the objective and its gradient. Finite for any finite scores.</summary>
    /// <param name="scores">Log-odds s of the crops.</param>
    /// <param name="positive">Whether a crop is labelled (P) or not (U).</param>
    /// <param name="gradient">Receives the derivative of <see cref="ObjectiveValue.Minimized"/> in each score.</param>
    ObjectiveValue Evaluate(ReadOnlySpan<double> scores, ReadOnlySpan<bool> positive, Span<double> gradient);
}

/// <summary>An objective's value.</summary>
/// <param name="Loss">The classification loss as it is reported.</param>
/// <param name="Penalty">The expectation penalty as it is reported; null for objectives without.</param>
/// <param name="Minimized">The function whose gradient is given.</param>
public readonly record struct ObjectiveValue(double Loss, double? Penalty, double Minimized);
