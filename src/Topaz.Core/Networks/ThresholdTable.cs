using System.Globalization;

namespace Topaz.Networks;

/// <summary>What picks scored at least <paramref name="Threshold"/> are worth, by estimate.</summary>
/// <param name="Threshold">A log-odds score.</param>
/// <param name="Precision">The fraction of them that are particles.</param>
/// <param name="Recall">The fraction of all particles that are among them.</param>
/// <param name="Probability">The probability that a pick with just this score is a particle.</param>
public readonly record struct ThresholdPoint(double Threshold, double Precision, double Recall, double Probability)
{
    /// <summary>The harmonic mean of precision and recall.</summary>
    public double F1 => Precision + Recall > 0 ? 2 * Precision * Recall / (Precision + Recall) : 0;

    /// <summary>The threshold for pickers, which take scores above it: just below, so that a pick with just this score is among them.</summary>
    public float PickAbove => MathF.BitDecrement((float)Threshold);
}

/// <summary>What a model's scores mean: estimated precision, recall and probability for thresholds from high to low.</summary>
public sealed class ThresholdTable : IEquatable<ThresholdTable>
{
    private readonly ThresholdPoint[] _points;

    /// <summary>Takes points with falling thresholds.</summary>
    /// <exception cref="ArgumentException">There is none, thresholds do not fall, or a fraction is not between 0 and 1.</exception>
    public ThresholdTable(IReadOnlyList<ThresholdPoint> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        if (!IsSound(points))
            throw new ArgumentException("Thresholds must fall, and fractions lie between 0 and 1.", nameof(points));
        _points = [.. points];
    }

    /// <summary>The points, thresholds falling.</summary>
    public IReadOnlyList<ThresholdPoint> Points => _points;

    /// <summary>The point with the best balance of precision and recall (F1).</summary>
    public ThresholdPoint Suggested => _points.MaxBy(point => point.F1);

    /// <summary>The point with the greatest recall among those that are at least so precise; null if none is.</summary>
    public ThresholdPoint? ForPrecision(double precision)
    {
        ThresholdPoint[] precise = [.. _points.Where(point => point.Precision >= precision)];
        return precise.Length == 0 ? null : precise[^1];
    }

    /// <summary>The probability that a pick with this score is a particle: linear between points, constant beyond them.</summary>
    public double Probability(double score)
    {
        int right = Array.FindIndex(_points, point => point.Threshold <= score);
        if (right == 0)
            return _points[0].Probability;
        if (right < 0)
            return _points[^1].Probability;
        (ThresholdPoint above, ThresholdPoint below) = (_points[right - 1], _points[right]);
        return below.Probability + (above.Probability - below.Probability) * (score - below.Threshold) / (above.Threshold - below.Threshold);
    }

    /// <summary>The table as text: <c>threshold:precision:recall:probability</c>, separated by blanks.</summary>
    public override string ToString() => string.Join(' ', _points.Select(point =>
        string.Create(CultureInfo.InvariantCulture, $"{point.Threshold:R}:{point.Precision:R}:{point.Recall:R}:{point.Probability:R}")));

    /// <summary>Reads what <see cref="ToString"/> wrote; null if the text is something else.</summary>
    public static ThresholdTable? TryParse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var points = new List<ThresholdPoint>();
        foreach (string word in text.Split(' '))
        {
            string[] parts = word.Split(':');
            double[] numbers = [.. parts.Select(part => double.TryParse(part, CultureInfo.InvariantCulture, out double number) ? number : double.NaN)];
            if (numbers.Length != 4)
                return null;
            points.Add(new ThresholdPoint(numbers[0], numbers[1], numbers[2], numbers[3]));
        }

        return IsSound(points) ? new ThresholdTable(points) : null;
    }

    /// <inheritdoc/>
    public bool Equals(ThresholdTable? other) => other is not null && _points.AsSpan().SequenceEqual(other._points);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ThresholdTable);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_points.Length, _points[0]);

    private static bool IsSound(IReadOnlyList<ThresholdPoint> points) =>
        points.Count > 0
        && points.All(point => double.IsFinite(point.Threshold) && point is { Precision: >= 0 and <= 1, Recall: >= 0 and <= 1, Probability: >= 0 and <= 1 })
        && points.Zip(points.Skip(1)).All(pair => pair.First.Threshold > pair.Second.Threshold);
}
