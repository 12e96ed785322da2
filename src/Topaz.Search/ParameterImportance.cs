namespace Topaz.Search;

/// <summary>How much one setting mattered.</summary>
/// <param name="Name">The setting.</param>
/// <param name="Share">Fraction of the variance between trials that it explains by itself, 0 to 1.</param>
/// <param name="Best">The values with the best mean.</param>
public sealed record ParameterImportance(string Name, double Share, string Best)
{
    private const int Groups = 3, Fewest = 6;

    /// <summary>
    /// Tells which settings mattered at the first rung, which all trials reached. Values are put into groups (ranges into three of equal count), and the
    /// variance between groups is compared with all of it, less what chance would give (ω²; W. L. Hays, Statistics, 1963).
    /// </summary>
    /// <remarks>It sees no interplay of settings; and a sampler that has found a good value tries few others, whose means are then uncertain.</remarks>
    /// <returns>The settings, what mattered most first; empty for less than six trials.</returns>
    public static IReadOnlyList<ParameterImportance> Of(SearchSpace space, IReadOnlyList<Observation> results)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(results);
        if (results.Count == 0)
            return [];
        int first = results.Min(result => result.Epochs);
        Observation[] compared = [.. results.Where(result => result.Epochs == first)];
        if (compared.Length < Fewest)
            return [];
        return [.. space.Dimensions.Select(dimension => Of(dimension, compared)).OrderByDescending(importance => importance.Share)];
    }

    private static ParameterImportance Of(Dimension dimension, Observation[] results)
    {
        (string Name, double[] Values)[] groups = dimension is RangeDimension range ? Thirds(range, results) :
        [
            .. results.GroupBy(result => result.Parameters.Text(dimension.Name)).Select(group => (group.Key, group.Select(result => result.Value).ToArray())),
        ];
        double mean = results.Average(result => result.Value), all = results.Sum(result => (result.Value - mean) * (result.Value - mean));
        double between = groups.Sum(group => group.Values.Length * Math.Pow(group.Values.Average() - mean, 2));
        double within = (all - between) / Math.Max(1, results.Length - groups.Length);
        double share = groups.Length < 2 || all <= 0 ? 0 : (between - (groups.Length - 1) * within) / (all + within);
        return new ParameterImportance(dimension.Name, Math.Clamp(share, 0, 1), groups.MaxBy(group => group.Values.Average()).Name);
    }

    private static (string Name, double[] Values)[] Thirds(RangeDimension range, Observation[] results)
    {
        Observation[] ordered = [.. results.OrderBy(result => result.Parameters.Number(range.Name))];
        if (range.Low == range.High)
            return [(range.Describe(), [.. ordered.Select(result => result.Value)])];
        return [.. Enumerable.Range(0, Groups).Select(i =>
        {
            Observation[] group = ordered[(i * ordered.Length / Groups)..((i + 1) * ordered.Length / Groups)];
            string low = group[0].Parameters.Text(range.Name), high = group[^1].Parameters.Text(range.Name);
            return ($"{TrialParameters.Short(low)}..{TrialParameters.Short(high)}", group.Select(result => result.Value).ToArray());
        })];
    }
}
