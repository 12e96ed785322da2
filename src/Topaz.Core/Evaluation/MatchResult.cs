namespace Topaz.Evaluation;

/// <summary>Which prediction found which target.</summary>
/// <param name="TargetOf">For each prediction the index of its target, or −1.</param>
/// <param name="Distances">For each prediction the distance to its target, in pixels; infinite without one.</param>
public sealed record MatchResult(IReadOnlyList<int> TargetOf, IReadOnlyList<double> Distances)
{
    /// <summary>How many predictions found a target.</summary>
    public int MatchedCount => TargetOf.Count(target => target >= 0);
}
