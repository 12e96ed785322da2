using Topaz.Evaluation;

namespace Topaz.MLNet;

/// <summary>How well picks agree with labels.</summary>
/// <remarks>
/// Labels are seldom complete: a pick without a label counts as wrong, though it may be a particle that no one labelled.
/// </remarks>
public sealed class PickingMetrics
{
    internal PickingMetrics(PickEvaluation evaluation, double matchRadius)
    {
        (Curve, PickCount, MatchedCount, LabelCount, MeanMatchedDistance) = evaluation;
        MatchRadius = matchRadius;
    }

    /// <summary>Area under the curve of precision over recall (AUPRC), as average precision Σ precision · Δrecall.</summary>
    public double AreaUnderPrecisionRecallCurve => Curve.AveragePrecision;

    /// <summary>The best harmonic mean of precision and recall over all thresholds.</summary>
    public double F1Score => Curve.BestF1;

    /// <summary>The score at and above which picks reach <see cref="F1Score"/>; NaN if no pick matched.</summary>
    public float BestThreshold => Curve.BestF1Threshold;

    /// <summary>Precision and recall at every threshold.</summary>
    public PrecisionRecallCurve Curve { get; }

    /// <summary>Picks.</summary>
    public int PickCount { get; }

    /// <summary>Picks that found a label of their own.</summary>
    public int MatchedCount { get; }

    /// <summary>Labels.</summary>
    public int LabelCount { get; }

    /// <summary>Mean distance of a matched pick from its label, in pixels of the raw micrograph; NaN without matches.</summary>
    public double MeanMatchedDistance { get; }

    /// <summary>Picks nearer to a label than this could match it, in pixels of the raw micrograph.</summary>
    public double MatchRadius { get; }

    /// <summary>The largest recall at which precision is still <paramref name="precision"/> or better; 0 if it never is.</summary>
    public double RecallAtPrecision(double precision)
    {
        if (precision is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(precision), precision, "A precision lies between 0 and 1.");
        return Curve.Precision.Zip(Curve.Recall).Where(point => point.First >= precision).Select(point => point.Second).DefaultIfEmpty(0).Max();
    }

    /// <summary>The metrics in one line.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"AUPRC {AreaUnderPrecisionRecallCurve:0.000}, best F1 {F1Score:0.000} at score {BestThreshold:0.00}, {MatchedCount} of {LabelCount} labels found by {PickCount} picks");
}
