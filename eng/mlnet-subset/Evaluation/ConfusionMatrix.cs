namespace Microsoft.ML.Data;

/// <summary>Counts of examples by actual class (rows) and predicted class (columns); the positive of two classes comes first.</summary>
public sealed class ConfusionMatrix
{
    internal ConfusionMatrix(double[][] counts)
    {
        Counts = counts;
        NumberOfClasses = counts.Length;
        PerClassPrecision = [.. counts.Select((_, c) => Ratio(counts[c][c], counts.Sum(row => row[c])))];
        PerClassRecall = [.. counts.Select((row, c) => Ratio(row[c], row.Sum()))];
    }

    public IReadOnlyList<double> PerClassPrecision { get; }

    public IReadOnlyList<double> PerClassRecall { get; }

    public IReadOnlyList<IReadOnlyList<double>> Counts { get; }

    public int NumberOfClasses { get; }

    public double GetCountForClassPair(int predictedClassIndicatorIndex, int actualClassIndicatorIndex) =>
        Counts[actualClassIndicatorIndex][predictedClassIndicatorIndex];

    private static double Ratio(double part, double whole) => whole == 0 ? 0 : part / whole;
}
