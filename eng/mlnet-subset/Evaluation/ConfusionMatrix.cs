using System.Globalization;
using System.Text;

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

    public string GetFormattedConfusionTable()
    {
        double positive = Counts[0].Sum(), negative = Counts[1].Sum();
        const string Rule = "          ||======================";
        StringBuilder table = new();
        table.AppendLine(CultureInfo.InvariantCulture, $"TEST POSITIVE RATIO:\t{positive / (positive + negative):F4} ({positive:F1}/({positive:F1}+{negative:F1}))");
        table.AppendLine("Confusion table");
        table.AppendLine(Rule);
        table.AppendLine("PREDICTED || positive | negative | Recall");
        table.AppendLine("TRUTH     ||======================");
        table.AppendLine(CultureInfo.InvariantCulture, $" positive || {Counts[0][0],8} | {Counts[0][1],8} | {PerClassRecall[0]:F4}");
        table.AppendLine(CultureInfo.InvariantCulture, $" negative || {Counts[1][0],8} | {Counts[1][1],8} | {PerClassRecall[1]:F4}");
        table.AppendLine(Rule);
        table.AppendLine(CultureInfo.InvariantCulture, $"Precision || {PerClassPrecision[0],8:F4} | {PerClassPrecision[1],8:F4} |");
        return table.ToString();
    }

    private static double Ratio(double part, double whole) => whole == 0 ? 0 : part / whole;
}
