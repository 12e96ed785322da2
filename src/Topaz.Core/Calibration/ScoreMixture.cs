namespace Topaz.Calibration;

/// <summary>Tells particles from other picks by the two modes of a network's scores.</summary>
/// <remarks>
/// Scores of particles are taken for normally distributed, those of other picks for the upper half of a normal distribution. Both are fitted by expectation and maximization (Dempster, Laird
/// and Rubin, 1977) to the best picks. On simulated micrographs of four kinds with an SNR of 0.15 the number of particles that follows is off by 4 % in the median, half of what ranks of labels
/// allow, and its errors have little to do with theirs. At an SNR of 0.05 there is one mode only, which the overlap of the two tells, and nothing is said.
/// </remarks>
internal static class ScoreMixture
{
    // Scores are measured from a floor, where there are some times more picks than particles, to where there are so many fewer: that brings networks to one scale.
    private const double FloorForCounting = 1.75, FloorForProbabilities = 3, Reference = 0.4;
    private const double LeastSpread = 0.05, UsualSpread = 0.3;
    private const int Rounds = 200, FewestLabels = 4;

    // Modes tell all they can where they overlap by less than Distinct, and nothing where they do by more than Blurred.
    private const double Distinct = 0.3, Blurred = 0.45;

    // The deviation of the logarithm of the number of particles that distinct modes tell.
    private const double Deviation = 0.1;

    /// <summary>What scores tell of the number of particles on a micrograph. Those of picks that found a label are particles' for certain.</summary>
    /// <param name="networks">Picks of networks, ranked.</param>
    /// <param name="roughly">About how many particles a micrograph holds.</param>
    /// <returns>Null where they tell nothing.</returns>
    public static Guess? Count(IReadOnlyCollection<RankedPicks> networks, double roughly)
    {
        List<double> scores = [], labels = [];
        foreach (RankedPicks network in networks)
        {
            if (OnScale([.. network.Picks.Select(pick => pick.Score)], roughly * network.MicrographCount, FloorForCounting) is not { } scaled)
                return null;
            scores.AddRange(scaled);
            labels.AddRange(scaled.Where((_, i) => network.Picks[i].IsLabel));
        }

        if (labels.Count < FewestLabels)
            return null;
        double micrographs = networks.Sum(network => network.MicrographCount), found = (double)labels.Count / networks.Sum(network => network.LabelCount);
        double[] shares = Fit(scores, labels, roughly * micrographs, isTold: false);
        double certainty = Certainty(shares);
        return certainty > 0 ? new Guess(shares.Sum() / found / micrographs, Deviation / certainty) : null;
    }

    /// <summary>The probability that each of one network's picks is a particle.</summary>
    /// <param name="scores">In descending order.</param>
    /// <param name="particles">How many particles there are, to which the size of the upper mode is drawn halfway.</param>
    /// <returns>That of the best picks, never rising; the others have none. And how far to believe it, from 0 where the modes are one to 1 where they are distinct.</returns>
    public static (double[] Probabilities, double Certainty) Probabilities(float[] scores, double particles)
    {
        if (OnScale(scores, particles, FloorForProbabilities) is not { } scaled)
            return ([], 0);
        double[] shares = Fit(scaled, [], particles, isTold: true);
        // A narrow mode falls on both sides.
        int top = Array.IndexOf(shares, shares.Max());
        Array.Fill(shares, shares[top], 0, top);
        for (int i = 1; i < shares.Length; i++)
            shares[i] = Math.Min(shares[i], shares[i - 1]);
        return (shares, Certainty(shares));
    }

    private static double Certainty(double[] shares)
    {
        double particles = shares.Sum(), overlap = particles > 0 ? shares.Sum(share => Math.Min(share, 1 - share)) / particles : 1;
        return Math.Clamp((Blurred - overlap) / (Blurred - Distinct), 0, 1);
    }

    /// <summary>The scores above the floor, as multiples of the distance from there to the reference; null if there is none.</summary>
    private static double[]? OnScale(float[] scores, double particles, double floor)
    {
        int Place(double share) => (int)Math.Min(scores.Length - 1, share * particles);
        int last = Place(floor);
        if (last < 1)
            return null;
        double unit = scores[Place(Reference)] - (double)scores[last];
        return unit > 0 ? [.. scores.Take(last).Select(score => (score - (double)scores[last]) / unit)] : null;
    }

    /// <summary>How much each of the scores belongs to particles.</summary>
    private static double[] Fit(IReadOnlyList<double> scores, List<double> labels, double particles, bool isTold)
    {
        double told = Math.Min(particles, 0.95 * scores.Count), mean = 1, spread = UsualSpread, noise = UsualSpread;
        particles = told;
        var share = new double[scores.Count];
        for (int round = 0; round < Rounds; round++)
        {
            double weight = labels.Count, sum = labels.Sum(), rest = 0, restSquares = 0;
            for (int i = 0; i < share.Length; i++)
            {
                // Densities but for a common factor.
                double particle = particles * Math.Exp(-0.5 * Square((scores[i] - mean) / spread)) / spread;
                double other = (share.Length - particles) * 2 * Math.Exp(-0.5 * Square(scores[i] / noise)) / noise;
                share[i] = particle / Math.Max(particle + other, double.Epsilon);
                weight += share[i];
                sum += share[i] * scores[i];
                rest += 1 - share[i];
                restSquares += (1 - share[i]) * Square(scores[i]);
            }

            weight = Math.Max(weight, double.Epsilon);
            mean = sum / weight;
            double squares = labels.Sum(label => Square(label - mean));
            for (int i = 0; i < share.Length; i++)
                squares += share[i] * Square(scores[i] - mean);
            spread = Math.Max(LeastSpread, Math.Sqrt(squares / weight));
            noise = Math.Max(LeastSpread, Math.Sqrt(restSquares / Math.Max(rest, 1)));
            particles = Math.Clamp(weight - labels.Count, 1, Math.Max(1, share.Length - 1));
            if (isTold)
                particles = Math.Min(Math.Sqrt(particles * told), 0.95 * share.Length);
        }

        return share;
    }

    private static double Square(double value) => value * value;
}
