using Topaz.Networks;
using Topaz.Particles;

namespace Topaz.Calibration;

/// <summary>From ranks to scores: what each score of a model is worth.</summary>
public static class ThresholdCalibration
{
    private const int MostPoints = 48;
    private const double LeastProbability = 0.005;

    /// <summary>The precision, recall and probability that belong to the scores of some picks.</summary>
    /// <param name="picks">All picks of the model on some micrographs.</param>
    /// <param name="precision">What the ranks of picks on these micrographs, or others like them, are worth.</param>
    /// <returns>Null where there are too few picks to tell.</returns>
    /// <remarks>
    /// Estimates from other networks carry over by rank: if the best 200 picks per micrograph of one network are worth something, so are the best 200
    /// of a network trained alike on more. Picks of micrographs that the model was trained on serve too, for nearly all picks are not labelled.
    /// </remarks>
    public static ThresholdTable? Of(ParticleTable picks, PickPrecision precision)
    {
        ArgumentNullException.ThrowIfNull(picks);
        ArgumentNullException.ThrowIfNull(precision);
        int micrographs = picks.Micrographs.Count;
        float[] scores = [.. picks.Micrographs.SelectMany(name => picks[name]).Select(pick => pick.Score).OrderDescending()];
        var points = new List<ThresholdPoint>();
        for (int point = 0; point < MostPoints && scores.Length > 1; point++)
        {
            // Steps of equal ratio, from the best pick to all of them.
            int last = (int)Math.Round(Math.Pow(scores.Length, point / (MostPoints - 1.0))) - 1;
            double rank = (last + 1.0) / micrographs;
            if (points.Count > 0 && points[^1].Threshold <= scores[last])
                continue;
            points.Add(new ThresholdPoint(scores[last], precision.PrecisionAt(rank), Math.Min(1, precision.RecallAt(rank)), precision.ProbabilityAt(rank)));
            if (points[^1].Probability < LeastProbability)
                break;
        }

        return points.Count > 1 ? new ThresholdTable(points) : null;
    }
}
