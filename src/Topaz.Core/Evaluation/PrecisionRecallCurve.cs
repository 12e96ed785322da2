namespace Topaz.Evaluation;

/// <summary>Precision and recall of ranked predictions at every threshold, from the best score down.</summary>
/// <remarks>Point i stands for all predictions scored <see cref="Thresholds"/>[i] or better; tied scores are one point.</remarks>
public sealed class PrecisionRecallCurve
{
    private PrecisionRecallCurve(List<double> precision, List<double> recall, List<float> thresholds, int targetCount)
    {
        (Precision, Recall, Thresholds, TargetCount) = (precision, recall, thresholds, targetCount);
        double previous = 0;
        for (int i = 0; i < thresholds.Count; i++)
        {
            AveragePrecision += precision[i] * (recall[i] - previous);
            previous = recall[i];
            double f1 = F1(precision[i], recall[i]);
            if (f1 > BestF1)
                (BestF1, BestF1Threshold) = (f1, thresholds[i]);
        }
    }

    /// <summary>Hits among the predictions so far, per prediction.</summary>
    public IReadOnlyList<double> Precision { get; }

    /// <summary>Hits among the predictions so far, per target.</summary>
    public IReadOnlyList<double> Recall { get; }

    /// <summary>The distinct scores, descending.</summary>
    public IReadOnlyList<float> Thresholds { get; }

    /// <summary>How many targets there were to find.</summary>
    public int TargetCount { get; }

    /// <summary>Σ precision · Δrecall, the area under the curve (AUPRC); 0 without predictions or targets.</summary>
    public double AveragePrecision { get; }

    /// <summary>The best harmonic mean of precision and recall; 0 without hits.</summary>
    public double BestF1 { get; }

    /// <summary>The score at or above which predictions reach <see cref="BestF1"/>; NaN without hits.</summary>
    public float BestF1Threshold { get; } = float.NaN;

    /// <summary>Ranks predictions.</summary>
    /// <param name="scores">One score per prediction.</param>
    /// <param name="hits">Whether each prediction is right.</param>
    /// <param name="targetCount">Number of targets, found or not; null for the number of hits.</param>
    /// <exception cref="ArgumentException">A score is NaN, the lengths differ, or there are more hits than targets.</exception>
    public static PrecisionRecallCurve Compute(ReadOnlySpan<float> scores, ReadOnlySpan<bool> hits, int? targetCount = null)
    {
        RankedScores ranked = new();
        ranked.Add(scores, hits);
        ranked.Sort();
        int targets = targetCount ?? ranked.AllHits;
        if (targets < ranked.AllHits)
            throw new ArgumentException($"{ranked.AllHits} hits are more than {targets} targets.", nameof(targetCount));
        List<double> precision = [], recall = [];
        List<float> thresholds = [];
        while (ranked.Next(out float threshold))
        {
            precision.Add((double)ranked.Hits / ranked.Predictions);
            recall.Add(targets == 0 ? 0 : (double)ranked.Hits / targets);
            thresholds.Add(threshold);
        }

        return new PrecisionRecallCurve(precision, recall, thresholds, targets);
    }

    /// <summary>Precision and recall of the predictions scored <paramref name="threshold"/> or better; precision is 1 where there are none.</summary>
    public (double Precision, double Recall) At(float threshold)
    {
        // The last point whose threshold is not below the one asked for.
        int low = 0, high = Thresholds.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (Thresholds[middle] >= threshold)
                low = middle + 1;
            else
                high = middle;
        }

        return low == 0 ? (1, 0) : (Precision[low - 1], Recall[low - 1]);
    }

    /// <summary>The harmonic mean of precision and recall; 0 when both are 0.</summary>
    public static double F1(double precision, double recall) =>
        precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
}
