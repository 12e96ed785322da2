using Topaz.Evaluation;
using Topaz.Particles;

namespace Topaz.Calibration;

/// <summary>All picks of one network on micrographs that it was not trained on, best first, and which of them found a label.</summary>
/// <param name="Picks">Scores in descending order, and whether there is a label.</param>
/// <param name="LabelCount">Labels, found or not.</param>
/// <param name="MicrographCount">Micrographs that were picked; a half of one counts as such.</param>
public sealed record RankedPicks(IReadOnlyList<(float Score, bool IsLabel)> Picks, int LabelCount, double MicrographCount)
{
    /// <summary>Ranks.</summary>
    /// <param name="picks">The network's picks, down to scores where hardly any is a particle.</param>
    /// <param name="labels">Labels, in the same pixels.</param>
    /// <param name="radius">A pick closer than this to a label has found it, in pixels.</param>
    /// <param name="share">How much of a whole micrograph each is.</param>
    public static RankedPicks Of(ParticleTable picks, ParticleTable labels, double radius, double share = 1)
    {
        ArgumentNullException.ThrowIfNull(picks);
        ArgumentNullException.ThrowIfNull(labels);
        var scored = new List<(float Score, bool IsLabel)>();
        int count = 0;
        foreach (string micrograph in picks.Micrographs)
        {
            IReadOnlyList<Particle> found = picks[micrograph];
            MatchResult match = ParticleMatching.Match(found, labels[micrograph], radius);
            scored.AddRange(found.Select((pick, i) => (pick.Score, match.TargetOf[i] >= 0)));
            count += labels[micrograph].Count;
        }

        return new RankedPicks([.. scored.OrderByDescending(pick => pick.Score)], count, share * picks.Micrographs.Count);
    }
}
