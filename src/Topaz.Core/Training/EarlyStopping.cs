namespace Topaz.Training;

/// <summary>Which epoch was best on the test micrographs, and whether to wait for a better one.</summary>
internal static class EarlyStopping
{
    /// <summary>The epoch with the greatest AUPRC, the last of equals; null before the first validation.</summary>
    public static int? BestEpoch(IEnumerable<CurveRow> history)
    {
        CurveRow[] validations = [.. history.Where(row => row.IsTest)];
        return validations.Length == 0 ? null : validations.Last(row => row.Auprc == validations.Max(other => other.Auprc)).Epoch;
    }

    /// <summary>Whether so many epochs passed without a better one.</summary>
    /// <param name="history">The training curve so far.</param>
    /// <param name="patience">How many; null for never.</param>
    /// <param name="epochs">Epochs so far.</param>
    public static bool IsOver(IEnumerable<CurveRow> history, int? patience, int epochs) =>
        patience is { } most && BestEpoch(history) is { } best && epochs - best >= most;
}
