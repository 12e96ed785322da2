using Topaz.Networks;
using Topaz.Particles;
using Topaz.Training;

namespace Topaz.Calibration;

/// <summary>From ranks to scores: what each score of a model is worth.</summary>
/// <remarks>
/// A score is a log-odds, so how fast scores fall with the rank around the last particles tells how sharply particles end, β of <see cref="PickPrecision"/>, and needs no labels. The
/// constants here are those by which the precision at the suggested threshold came truest, in the median over 50 networks trained by GE-binomial and 56 by PN on simulated micrographs of four kinds
/// with different SNR, density and labels. With the true number of particles it was off by 0.037, but 0.1 too high where there were as many pieces of junk as particles.
/// </remarks>
public sealed class ThresholdCalibration
{
    private const double LeastProbability = 0.005, Step = 0.01, NotJunk = 0.93, Before = 0.8, Behind = 2;

    private readonly float[] _scores;
    private readonly int _micrographs;

    /// <summary>Ranks all picks of a model on some micrographs; those that it was trained on serve too, for nearly all picks are not labelled.</summary>
    public ThresholdCalibration(ParticleTable picks)
    {
        ArgumentNullException.ThrowIfNull(picks);
        _micrographs = picks.Micrographs.Count;
        _scores = [.. picks.Micrographs.SelectMany(name => picks[name]).Select(pick => pick.Score).OrderDescending()];
    }

    /// <summary>What the scores tell of β.</summary>
    /// <param name="particlesPerMicrograph">About how many particles a micrograph holds.</param>
    /// <param name="objective">What the model was trained by: each gives log-odds of its own scale.</param>
    public Guess Slope(double particlesPerMicrograph, ObjectiveKind objective)
    {
        double fall = At(Before * particlesPerMicrograph) - At(Behind * particlesPerMicrograph);
        (double ratio, double spread) = objective is ObjectiveKind.GeBinomial or ObjectiveKind.GeKl ? (1.2, 0.2) : (1.7, 0.3);
        return new Guess(Math.Max(1, ratio * fall / Math.Log(Behind / Before)), spread);
    }

    /// <summary>Precision and recall by rank, from the number of particles and the scores alone.</summary>
    public PickPrecision Estimate(double particlesPerMicrograph, ObjectiveKind objective)
    {
        PickPrecision bySlope = PickPrecision.Estimate(_micrographs, (double)_scores.Length / _micrographs, particlesPerMicrograph, Slope(particlesPerMicrograph, objective));
        (double[] byModes, double certainty) = ScoreMixture.Probabilities(_scores, particlesPerMicrograph * _micrographs);
        return bySlope.AveragedWith(rank => (int)(rank * _micrographs) is var pick && pick < byModes.Length ? NotJunk * byModes[pick] : 0, certainty / 2);
    }

    /// <summary>The precision, recall and probability that belong to scores, at each at which one of them has changed by 0.01.</summary>
    /// <param name="precision">What ranks are worth.</param>
    /// <returns>Null where there are too few picks to tell.</returns>
    public ThresholdTable? Table(PickPrecision precision)
    {
        ArgumentNullException.ThrowIfNull(precision);
        var points = new List<ThresholdPoint>();
        for (int last = 0; last < _scores.Length; last++)
        {
            if (last + 1 < _scores.Length && _scores[last + 1] == _scores[last])
                continue;
            double rank = (last + 1.0) / _micrographs;
            var here = new ThresholdPoint(_scores[last], Rounded(precision.PrecisionAt(rank)), Rounded(precision.RecallAt(rank)), Rounded(precision.ProbabilityAt(rank)));
            bool isLast = here.Probability < LeastProbability;
            if (isLast || points.Count == 0 || Difference(here, points[^1]) >= Step)
                points.Add(here);
            if (isLast)
                break;
        }

        return points.Count > 1 ? new ThresholdTable(points) : null;
    }

    private static double Difference(ThresholdPoint a, ThresholdPoint b) =>
        Math.Max(Math.Abs(a.Precision - b.Precision), Math.Max(Math.Abs(a.Recall - b.Recall), Math.Abs(a.Probability - b.Probability)));

    /// <summary>No more digits than are known, so that tables are short.</summary>
    private static double Rounded(double fraction) => Math.Clamp(Math.Round(fraction, 4), 0, 1);

    private float At(double rank) => _scores.Length == 0 ? 0 : _scores[Math.Clamp((int)(rank * _micrographs), 0, _scores.Length - 1)];
}
