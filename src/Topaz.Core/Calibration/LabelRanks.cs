using System.Globalization;

namespace Topaz.Calibration;

/// <summary>
/// Where labels stand among the picks of networks that were not trained on them. Ranks are counted in picks per micrograph, so that
/// networks whose scores have different scales, such as those of several folds, go together.
/// </summary>
public sealed class LabelRanks
{
    private readonly int _picks;

    private LabelRanks(double[] found, int labels, int picks, double micrographs) => (Found, LabelCount, _picks, MicrographCount) = (found, labels, picks, micrographs);

    /// <summary>For each label that was found, how many picks per micrograph are better, in ascending order.</summary>
    public IReadOnlyList<double> Found { get; }

    /// <summary>Labels, found or not.</summary>
    public int LabelCount { get; }

    /// <summary>Picks on a micrograph, on average: ranks end here.</summary>
    public double PicksPerMicrograph => _picks / MicrographCount;

    /// <summary>Micrographs that were picked; a half of one counts as such.</summary>
    public double MicrographCount { get; }

    /// <summary>The ranks of labels among the picks of each network.</summary>
    public static LabelRanks Of(params IReadOnlyCollection<RankedPicks> networks)
    {
        ArgumentNullException.ThrowIfNull(networks);
        IEnumerable<double> found = networks.SelectMany(
            network => Enumerable.Range(0, network.Picks.Count).Where(i => network.Picks[i].IsLabel).Select(i => (i + 0.5) / network.MicrographCount));
        return new LabelRanks(
            [.. found.Order()], networks.Sum(network => network.LabelCount), networks.Sum(network => network.Picks.Count), networks.Sum(network => network.MicrographCount));
    }

    /// <summary>The ranks as text, which <see cref="Parse"/> reads.</summary>
    public override string ToString() => string.Join(' ', Found.Select(rank => rank.ToString("R", CultureInfo.InvariantCulture)).Prepend(
        string.Create(CultureInfo.InvariantCulture, $"{MicrographCount:R} {_picks} {LabelCount}")));

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="TopazException">The text is something else.</exception>
    public static LabelRanks Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        double[] numbers = [.. text.Split(' ').Select(word => double.TryParse(word, CultureInfo.InvariantCulture, out double number) ? number : double.NaN)];
        if (numbers.Length < 3 || !numbers.All(number => number is > 0 and < int.MaxValue))
            throw new TopazException($"'{TopazException.Quoted(text)}' are not the ranks of labels.");
        return new LabelRanks(numbers[3..], (int)numbers[2], (int)numbers[1], numbers[0]);
    }
}
