namespace Microsoft.ML.Data;

/// <summary>Metrics that depend only on the order of the scores.</summary>
internal static class RankedExamples
{
    /// <summary>The chance that a positive scores above a negative; ties count half.</summary>
    public static double AreaUnderRoc(IReadOnlyList<ScoredExample> examples)
    {
        double area = 0, negativesBelow = 0, positives = 0;
        foreach (IGrouping<float, ScoredExample> tied in examples.GroupBy(e => e.Score).OrderBy(g => g.Key))
        {
            double p = tied.Count(e => e.Label), n = tied.Count() - p;
            area += p * (negativesBelow + n / 2);
            positives += p;
            negativesBelow += n;
        }

        return area / (positives * negativesBelow);
    }

    /// <summary>The area under precision over recall, by trapezoids between the thresholds.</summary>
    public static double AreaUnderPrecisionRecall(IReadOnlyList<ScoredExample> examples)
    {
        double total = examples.Count(e => e.Label), area = 0, truePositives = 0, predicted = 0, lastRecall = 0, lastPrecision = 1;
        foreach (IGrouping<float, ScoredExample> tied in examples.GroupBy(e => e.Score).OrderByDescending(g => g.Key))
        {
            truePositives += tied.Count(e => e.Label);
            predicted += tied.Count();
            double recall = truePositives / total, precision = truePositives / predicted;
            area += (recall - lastRecall) * (precision + lastPrecision) / 2;
            (lastRecall, lastPrecision) = (recall, precision);
        }

        return area;
    }
}
