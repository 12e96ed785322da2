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

        if (positives == 0)
            throw new ArgumentOutOfRangeException("PosSample", "AUC is not defined when there is no positive class in the data");
        if (negativesBelow == 0)
            throw new ArgumentOutOfRangeException("NegSample", "AUC is not defined when there is no negative class in the data");
        return area / (positives * negativesBelow);
    }

    /// <summary>
    /// The area under precision over recall, by trapezoids between the single examples in order of their scores; examples of one
    /// score keep the order of the rows.
    /// </summary>
    public static double AreaUnderPrecisionRecall(IReadOnlyList<ScoredExample> examples)
    {
        double area = 0, truePositives = 0, lastPrecision = 1;
        int rank = 0;
        foreach (ScoredExample example in examples.OrderByDescending(e => e.Score))
        {
            rank++;
            truePositives += example.Label ? 1 : 0;
            double precision = truePositives / rank;
            if (example.Label)
                area += (precision + lastPrecision) / 2;
            lastPrecision = precision;
        }

        return area / truePositives;
    }
}
