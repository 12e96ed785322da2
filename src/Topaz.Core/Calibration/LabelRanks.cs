using System.Globalization;
using Topaz.Evaluation;
using Topaz.Particles;

namespace Topaz.Calibration;

/// <summary>
/// Where labels stand among the picks of networks that were not trained on them. Ranks are counted in picks per micrograph, so that
/// networks whose scores have different scales, such as those of several folds, go together.
/// </summary>
public sealed class LabelRanks
{
    private readonly List<double> _ranks = [];
    private double _micrographs;
    private int _picks;

    /// <summary>For each label that was found, how many picks per micrograph are better, in ascending order.</summary>
    public IReadOnlyList<double> Found => _ranks;

    /// <summary>Labels, found or not.</summary>
    public int LabelCount { get; private set; }

    /// <summary>Picks on a micrograph, on average: ranks end here.</summary>
    public double PicksPerMicrograph => _picks / _micrographs;

    /// <summary>Micrographs that were picked; a half of one counts as such.</summary>
    public double MicrographCount => _micrographs;

    /// <summary>Adds micrographs that one network picked.</summary>
    /// <param name="picks">Its picks, down to scores where hardly any is a particle.</param>
    /// <param name="labels">Labels, in the same pixels.</param>
    /// <param name="radius">A pick closer than this to a label has found it, in pixels.</param>
    /// <param name="share">How much of a whole micrograph each is.</param>
    public void Add(ParticleTable picks, ParticleTable labels, double radius, double share = 1)
    {
        ArgumentNullException.ThrowIfNull(picks);
        ArgumentNullException.ThrowIfNull(labels);
        var scored = new List<(float Score, bool IsLabel)>();
        foreach (string micrograph in picks.Micrographs)
        {
            IReadOnlyList<Particle> found = picks[micrograph];
            MatchResult match = ParticleMatching.Match(found, labels[micrograph], radius);
            scored.AddRange(found.Select((pick, i) => (pick.Score, match.TargetOf[i] >= 0)));
            LabelCount += labels[micrograph].Count;
        }

        double micrographs = share * picks.Micrographs.Count;
        (float Score, bool IsLabel)[] ranking = [.. scored.OrderByDescending(pick => pick.Score)];
        for (int i = 0; i < ranking.Length; i++)
        {
            if (ranking[i].IsLabel)
                _ranks.Add((i + 0.5) / micrographs);
        }

        _ranks.Sort();
        _micrographs += micrographs;
        _picks += ranking.Length;
    }

    /// <summary>The ranks as text, which <see cref="Parse"/> reads.</summary>
    public override string ToString() => string.Join(' ', _ranks.Select(rank => rank.ToString("R", CultureInfo.InvariantCulture)).Prepend(
        string.Create(CultureInfo.InvariantCulture, $"{_micrographs:R} {_picks} {LabelCount}")));

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="TopazException">The text is something else.</exception>
    public static LabelRanks Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        double[] numbers = [.. text.Split(' ').Select(word => double.TryParse(word, CultureInfo.InvariantCulture, out double number) ? number : double.NaN)];
        if (numbers.Length < 3 || !numbers.All(number => number is > 0 and < int.MaxValue))
            throw new TopazException($"'{TopazException.Quoted(text)}' are not the ranks of labels.");
        var ranks = new LabelRanks { _micrographs = numbers[0], _picks = (int)numbers[1], LabelCount = (int)numbers[2] };
        ranks._ranks.AddRange(numbers[3..]);
        return ranks;
    }
}
