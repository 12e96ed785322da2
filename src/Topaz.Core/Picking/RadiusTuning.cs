using Topaz.Evaluation;
using Topaz.Images;
using Topaz.Particles;

namespace Topaz.Picking;

/// <summary>One radius of suppression and how well it picks.</summary>
/// <param name="Radius">Radius of non-maximum suppression, in pixels of the score map.</param>
/// <param name="Evaluation">Its picks against the labels.</param>
public sealed record TunedRadius(int Radius, PickEvaluation Evaluation);

/// <summary>
/// Finds the suppression radius that picks labelled micrographs best. Of each score map only the picks are kept, so that thousands
/// of micrographs need little memory.
/// </summary>
/// <param name="radii">Radii to try, in pixels of the score maps; null for <see cref="DefaultRadii"/>.</param>
/// <param name="threshold">Scores must be greater than this.</param>
public sealed class RadiusTuning(IReadOnlyList<int>? radii = null, float threshold = -6)
{
    private readonly IReadOnlyList<int> _radii = radii ?? DefaultRadii;
    private readonly ParticleTable[] _picks = [.. (radii ?? DefaultRadii).Select(_ => new ParticleTable())];
    private readonly ParticleTable _labels = new();

    /// <summary>The radii tried when none are given: 5, 10, … 100 pixels.</summary>
    public static IReadOnlyList<int> DefaultRadii { get; } = [.. Enumerable.Range(1, 20).Select(i => 5 * i)];

    /// <summary>Picks a map with every radius; safe to call from many threads.</summary>
    /// <returns>The picks for each radius, in the order of the radii.</returns>
    public IReadOnlyList<IReadOnlyList<Particle>> Pick(Micrograph scoreMap) =>
        [.. _radii.Select(radius => NonMaximumSuppression.Pick(scoreMap, radius, threshold))];

    /// <summary>Counts a labelled micrograph.</summary>
    /// <param name="micrograph">Its name.</param>
    /// <param name="picks">What <see cref="Pick"/> gave.</param>
    /// <param name="labels">Its labels, in pixels of the score map.</param>
    public void Add(string micrograph, IReadOnlyList<IReadOnlyList<Particle>> picks, IEnumerable<Particle> labels)
    {
        ArgumentNullException.ThrowIfNull(picks);
        for (int i = 0; i < _picks.Length; i++)
            _picks[i].Add(micrograph, picks[i]);
        _labels.Add(micrograph, labels);
    }

    /// <summary>Compares the radii.</summary>
    /// <param name="matchRadius">Within how many pixels a pick finds a label; null for the suppression radius itself.</param>
    /// <returns>One result per radius, by average precision, best first; of equals the smaller radius.</returns>
    /// <exception cref="TopazException">The micrographs have no labels.</exception>
    public IReadOnlyList<TunedRadius> Rank(double? matchRadius = null)
    {
        IEnumerable<TunedRadius> tuned = _radii.Select((radius, i) => new TunedRadius(
            radius, PickEvaluation.Evaluate(_picks[i], _labels, _labels.Micrographs, matchRadius ?? radius)));
        return [.. tuned.OrderByDescending(result => result.Evaluation.Curve.AveragePrecision).ThenBy(result => result.Radius)];
    }
}
