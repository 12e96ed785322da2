using Topaz.Evaluation;
using Topaz.Images;
using Topaz.Particles;

namespace Topaz.Picking;

/// <summary>One radius of suppression and how well it picks.</summary>
/// <param name="Radius">Radius of non-maximum suppression, in pixels of the score map.</param>
/// <param name="Evaluation">Its picks against the labels.</param>
public sealed record TunedRadius(int Radius, PickEvaluation Evaluation);

/// <summary>Finds the suppression radius that picks labelled micrographs best.</summary>
public static class RadiusTuning
{
    /// <summary>The radii tried when none are given: 5, 10, … 100 pixels.</summary>
    public static IReadOnlyList<int> DefaultRadii { get; } = [.. Enumerable.Range(1, 20).Select(i => 5 * i)];

    /// <summary>Tries every radius.</summary>
    /// <param name="scoreMaps">Log-odds maps of labelled micrographs.</param>
    /// <param name="targets">Their labels, in pixels of the maps.</param>
    /// <param name="matchRadius">Within how many pixels a pick finds a label; null for the suppression radius itself.</param>
    /// <param name="threshold">Scores must be greater than this.</param>
    /// <param name="radii">Radii to try.</param>
    /// <param name="threads">Threads to use; 0 for one per core. The result does not depend on it.</param>
    /// <returns>One result per radius, by average precision, best first; of equals the smaller radius.</returns>
    /// <exception cref="TopazException">The micrographs have no labels.</exception>
    public static IReadOnlyList<TunedRadius> Tune(
        IReadOnlyList<Micrograph> scoreMaps, ParticleTable targets, double? matchRadius = null, float threshold = -6,
        IReadOnlyList<int>? radii = null, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(scoreMaps);
        radii ??= DefaultRadii;
        ParticleTable[] picks = new ParticleTable[radii.Count];
        Parallel.For(0, radii.Count, Parallelism.Of(threads), i =>
        {
            picks[i] = new ParticleTable();
            foreach (Micrograph map in scoreMaps)
                picks[i].Add(map.Name, NonMaximumSuppression.Pick(map, radii[i], threshold));
        });
        IEnumerable<TunedRadius> tuned = radii.Select((radius, i) => new TunedRadius(
            radius, PickEvaluation.Evaluate(picks[i], targets, picks[i].Micrographs, matchRadius ?? radius)));
        return [.. tuned.OrderByDescending(result => result.Evaluation.Curve.AveragePrecision).ThenBy(result => result.Radius)];
    }
}
