namespace Topaz.Calibration;

/// <summary>Counts particles by the two modes of a network's scores, where it separates them well.</summary>
/// <remarks>
/// Scores of particles are taken for normally distributed, those of other picks for the upper half of a normal distribution. Both are fitted by expectation and maximization (Dempster, Laird
/// and Rubin, 1977) to the best picks; those that found a label belong to the first for certain, in addition to their share as picks. On simulated micrographs with an SNR of 0.15 and more the number is off by 4 % in the median,
/// half of what ranks of labels allow, and its errors have little to do with theirs. At an SNR of 0.05 there is one mode only, which the overlap of the two tells, and nothing is said.
/// </remarks>
internal static class ScoreMixture
{
    // Scores are measured from where there are so many more picks than particles to where there are so many fewer, which brings networks to one scale.
    private const double Floor = 1.75, Reference = 0.4;
    private const double LeastSpread = 0.05, UsualNoise = 0.3;
    private const int Rounds = 200, FewestLabels = 4;

    // The deviation of the logarithm of the number where the modes overlap by less than Distinct; it grows until nothing is known where they do by more than Blurred.
    private const double Deviation = 0.1, Distinct = 0.3, Blurred = 0.45;

    /// <summary>What scores tell of the number of particles on a micrograph.</summary>
    /// <param name="networks">Picks of networks, ranked.</param>
    /// <param name="roughly">About how many particles a micrograph holds.</param>
    /// <returns>Null where they tell nothing.</returns>
    public static Guess? Count(IReadOnlyCollection<RankedPicks> networks, double roughly)
    {
        List<double> scores = [], labels = [];
        foreach (RankedPicks network in networks)
        {
            int Place(double share) => (int)Math.Min(network.Picks.Count - 1, share * roughly * network.MicrographCount);
            int last = Place(Floor);
            if (last < 1)
                return null;
            double floor = network.Picks[last].Score, unit = network.Picks[Place(Reference)].Score - floor;
            if (!(unit > 0))
                return null;
            foreach ((float score, bool isLabel) in network.Picks.Take(last))
            {
                scores.Add((score - floor) / unit);
                if (isLabel)
                    labels.Add(scores[^1]);
            }
        }

        if (labels.Count < FewestLabels)
            return null;
        double micrographs = networks.Sum(network => network.MicrographCount), found = (double)labels.Count / networks.Sum(network => network.LabelCount);
        (double particles, double overlap) = Fit(scores, labels, Math.Min(roughly * micrographs, 0.8 * scores.Count));
        double certainty = Math.Min(1, (Blurred - overlap) / (Blurred - Distinct));
        return certainty > 0 ? new Guess(particles / found / micrographs, Deviation / certainty) : null;
    }

    /// <summary>The number of particles among scores above 0, and how many of them, by fraction, look like something else or the other way round.</summary>
    private static (double Particles, double Overlap) Fit(List<double> scores, List<double> labels, double particles)
    {
        double mean = labels.Average(), spread = Math.Max(2 * LeastSpread, Math.Sqrt(labels.Average(label => Square(label - mean)))), noise = UsualNoise;
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

            mean = sum / weight;
            double squares = labels.Sum(label => Square(label - mean));
            for (int i = 0; i < share.Length; i++)
                squares += share[i] * Square(scores[i] - mean);
            spread = Math.Max(LeastSpread, Math.Sqrt(squares / weight));
            noise = Math.Max(LeastSpread, Math.Sqrt(restSquares / Math.Max(rest, 1)));
            particles = Math.Clamp(weight - labels.Count, 1, Math.Max(1, share.Length - 1));
        }

        return (particles, share.Sum(value => Math.Min(value, 1 - value)) / particles);
    }

    private static double Square(double value) => value * value;
}
