using Topaz.Particles;

namespace Topaz.Evaluation;

/// <summary>Picks of some micrographs against their labels.</summary>
/// <param name="Curve">Precision and recall over all picks of these micrographs, ranked together by score.</param>
/// <param name="PickCount">Picks in these micrographs.</param>
/// <param name="MatchedCount">Picks that found a label of their own.</param>
/// <param name="TargetCount">Labels in these micrographs, including those outside the images.</param>
/// <param name="MeanDistance">Mean distance of a matched pick from its label, in pixels; NaN without matches.</param>
public sealed record PickEvaluation(PrecisionRecallCurve Curve, int PickCount, int MatchedCount, int TargetCount, double MeanDistance)
{
    /// <summary>Matches picks with labels in each micrograph and ranks all of them together.</summary>
    /// <param name="picks">Scored picks.</param>
    /// <param name="targets">Labels, in the same pixels as the picks.</param>
    /// <param name="micrographs">Which micrographs count; one without labels adds its picks as misses.</param>
    /// <param name="radius">A match is closer than this, in pixels.</param>
    /// <exception cref="TopazException">These micrographs have no labels, or a pick has no score.</exception>
    public static PickEvaluation Evaluate(ParticleTable picks, ParticleTable targets, IEnumerable<string> micrographs, double radius)
    {
        ArgumentNullException.ThrowIfNull(picks);
        ArgumentNullException.ThrowIfNull(targets);
        List<float> scores = [];
        List<bool> hits = [];
        int targetCount = 0, matched = 0;
        double distances = 0;
        foreach (string micrograph in micrographs.Distinct())
        {
            IReadOnlyList<Particle> found = picks[micrograph];
            targetCount += targets[micrograph].Count;
            foreach (Particle pick in found)
                scores.Add(pick.HasScore ? pick.Score : throw new TopazException($"Picks of {micrograph} have no score; evaluation ranks picks and needs the column score."));
            MatchResult match = ParticleMatching.Match(found, targets[micrograph], radius);
            hits.AddRange(match.TargetOf.Select(target => target >= 0));
            matched += match.MatchedCount;
            distances += match.Distances.Where(double.IsFinite).Sum();
        }

        if (targetCount == 0)
            throw new TopazException("None of the evaluated micrographs has a label; check that the names in both files are the same.");
        PrecisionRecallCurve curve = PrecisionRecallCurve.Compute([.. scores], [.. hits], targetCount);
        return new PickEvaluation(curve, scores.Count, matched, targetCount, distances / matched);
    }
}
