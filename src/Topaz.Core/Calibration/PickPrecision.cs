namespace Topaz.Calibration;

/// <summary>
/// How many particles there are, and how likely the pick of a rank is one, estimated from where an incomplete set of labels stands among all picks.
/// </summary>
/// <remarks>
/// <para>Labels are taken for a random sample of the particles. Down to some rank most picks are particles, so labels lie evenly among
/// them; behind it they thin out. The probability that a pick of rank x is a particle is modelled as h(x) = κ / (1 + (x / x₀)^β), a
/// logistic curve in log x; labels have the density h(x) / ∫h, and ∫h is the number of particles. This is the selection model of
/// Elkan and Noto (KDD 2008: the probability of being labelled is a constant times that of being positive) with a parametric form, as Lancaster and
/// Imbens (J. Econometrics 71:145, 1996) need it to tell the two factors apart. x₀ and β are integrated over on a grid, with a weak prior on β, or a
/// stronger one where the scores tell it.</para>
/// <para>Labels cannot tell κ, the precision of the very best picks: something that looks like a particle and never gets a label is among them. It is
/// set to 1 − j / β, for the sharper a network separates, the less of that it picks; j is 0.2 for a network that was trained to pick and 0.5 for the small one of
/// <see cref="Pilot"/>. On simulated micrographs of four kinds of particles, with junk, at SNRs of 0.05 to 0.2, κ was 0.73 to 0.98; micrographs full of particles
/// have a greater one than others.</para>
/// <para>The curve is not quite that of a network: with hundreds of labels counts are still off by some 15 %, which the interval allows for.</para>
/// </remarks>
public sealed class PickPrecision
{
    // What looks like a particle and is none, among the best picks of a network that was trained to pick.
    private const double UsualJunk = 0.2;

    private const int Ranks = 240, Positions = 300, Slopes = 40;

    private const double LeastSlope = 1, GreatestSlope = 40;

    // What is known of β where nothing is, and the spread of its logarithm.
    private static readonly Guess s_anySlope = new(4.5, 0.6);

    // Counts are off by factors with a logarithm of standard deviation 0.15, whatever the labels say: the middles of the eighths of that distribution.
    private static readonly double[] s_modelErrors = [.. new[] { -1.534, -0.887, -0.489, -0.157, 0.157, 0.489, 0.887, 1.534 }.Select(z => Math.Exp(0.15 * z))];

    private readonly double[] _ranks, _probability, _found, _precision;

    private PickPrecision(double[] ranks, double[] probability, double[] found, double count, double low, double high, double recall)
    {
        (_ranks, _probability, _found) = (ranks, probability, found);
        _precision = new double[ranks.Length];
        // It never rises; the sums of trapezoids do so in the last digits.
        for (int i = 0; i < ranks.Length; i++)
            _precision[i] = Math.Min(i == 0 ? 1 : _precision[i - 1], found[i] / ranks[i]);
        (ParticlesPerMicrograph, Low, High, GreatestRecall) = (count, low, high, recall);
    }

    /// <summary>How many particles a micrograph holds: the median of what the labels allow.</summary>
    public double ParticlesPerMicrograph { get; }

    /// <summary>With a probability of 95 % there are more than this.</summary>
    public double Low { get; }

    /// <summary>With a probability of 95 % there are fewer than this.</summary>
    public double High { get; }

    /// <summary>Whether labels tell anything: their number is bounded well within that of the picks.</summary>
    public bool IsKnown => High < 0.6 * _ranks[^1];

    /// <summary>Fraction of the labels that any pick found.</summary>
    private double GreatestRecall { get; }

    /// <summary>The area under the curve of precision over recall.</summary>
    public double AveragePrecision
    {
        get
        {
            double sum = 0;
            for (int i = 1; i < _ranks.Length; i++)
                sum += (RecallAt(_ranks[i]) - RecallAt(_ranks[i - 1])) * 0.5 * (PrecisionAt(_ranks[i]) + PrecisionAt(_ranks[i - 1]));
            return sum + RecallAt(_ranks[0]) * PrecisionAt(_ranks[0]);
        }
    }

    /// <summary>Estimates from labels.</summary>
    /// <param name="labels">Where labels stand.</param>
    /// <param name="particlesPerMicrograph">How many particles a micrograph holds, if that is known: networks are compared fairly only by the same number.</param>
    /// <param name="slope">What the scores tell of β; null for nothing.</param>
    /// <param name="junk">j, of which the precision of the very best picks follows.</param>
    /// <param name="count">What else than labels tells of the number of particles on a micrograph; null for nothing.</param>
    /// <exception cref="TopazException">No label was found.</exception>
    public static PickPrecision Estimate(
        LabelRanks labels, double? particlesPerMicrograph = null, Guess? slope = null, double junk = UsualJunk, Guess? count = null)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Found.Count == 0)
            throw new TopazException("None of the labels was found among the picks of a network; check the labels.");
        double foundFraction = (double)labels.Found.Count / labels.LabelCount;
        double[] ranks = LogSteps(0.5 / labels.MicrographCount, labels.PicksPerMicrograph, Ranks);
        double[] weights = Spread(labels.Found, ranks);
        List<Cell> cells = Cells(ranks, particlesPerMicrograph * foundFraction, slope ?? s_anySlope, junk);
        for (int i = 0; i < cells.Count; i++)
        {
            double[] probability = cells[i].Probability;
            double fit = cells[i].Fit - labels.Found.Count * Math.Log(cells[i].Count[^1]);
            for (int rank = 0; rank < ranks.Length; rank++)
            {
                if (weights[rank] > 0)
                    fit += weights[rank] * Math.Log(probability[rank]);
            }

            // All labels are particles.
            bool holdsLabels = particlesPerMicrograph is not null || cells[i].Count[^1] * labels.MicrographCount >= labels.Found.Count;
            cells[i] = cells[i] with { Fit = holdsLabels ? fit : double.NegativeInfinity };
        }

        // Where nearly every pick is a label, no curve holds them all: then all picks are particles, and how many there are is not known.
        if (cells.TrueForAll(cell => double.IsNegativeInfinity(cell.Fit)))
            cells = [cells.MaxBy(cell => cell.Count[^1]) with { Fit = 0 }];
        return Average(ranks, cells, foundFraction, particlesPerMicrograph is null ? s_modelErrors : [1], count);
    }

    /// <summary>Estimates without labels, from the number of particles and what the scores tell.</summary>
    /// <param name="micrographs">Micrographs that were picked.</param>
    /// <param name="picksPerMicrograph">All picks of one, on average.</param>
    /// <param name="particlesPerMicrograph">How many particles it holds.</param>
    /// <param name="slope">What the scores tell of β.</param>
    public static PickPrecision Estimate(int micrographs, double picksPerMicrograph, double particlesPerMicrograph, Guess slope)
    {
        double[] ranks = LogSteps(0.5 / micrographs, picksPerMicrograph, Ranks);
        return Average(ranks, Cells(ranks, particlesPerMicrograph, slope, UsualJunk), foundFraction: 1, [1], count: null);
    }

    /// <summary>The weighted mean of these probabilities and others.</summary>
    /// <param name="probabilityAt">The probability that the pick of a rank is a particle, never rising.</param>
    /// <param name="weight">That of the others, from 0 to 1.</param>
    internal PickPrecision AveragedWith(Func<double, double> probabilityAt, double weight)
    {
        double[] probability = [.. _ranks.Zip(_probability, (rank, here) => (1 - weight) * here + weight * probabilityAt(rank))];
        return new PickPrecision(_ranks, probability, Integrate(_ranks, probability), ParticlesPerMicrograph, Low, High, GreatestRecall);
    }

    private static List<Cell> Cells(double[] ranks, double? particles, Guess guess, double junk)
    {
        var cells = new List<Cell>();
        foreach (double slope in LogSteps(LeastSlope, GreatestSlope, Slopes))
        {
            double ceiling = 1 - junk / slope;
            IEnumerable<double> positions = particles is { } known ? [PositionFor(known, slope, ceiling, ranks)] : LogSteps(ranks[0], ranks[^1], Positions);
            foreach (double position in positions)
            {
                double[] probability = [.. ranks.Select(rank => ceiling / (1 + Math.Pow(rank / position, slope)))];
                cells.Add(new Cell(guess.LogLikelihood(slope), probability, Integrate(ranks, probability)));
            }
        }

        return cells;
    }

    /// <summary>The probability that the pick of a rank is a particle.</summary>
    /// <param name="rank">How many picks per micrograph are better.</param>
    public double ProbabilityAt(double rank) => Interpolate(_probability, rank);

    /// <summary>The fraction of particles among the picks up to a rank.</summary>
    /// <param name="rank">How many picks per micrograph there are.</param>
    public double PrecisionAt(double rank) => Interpolate(_precision, rank);

    /// <summary>The fraction of the particles that are among the picks up to a rank.</summary>
    /// <param name="rank">How many picks per micrograph there are.</param>
    public double RecallAt(double rank) => GreatestRecall * (rank <= _ranks[0] ? rank / _ranks[0] * _found[0] : Interpolate(_found, rank)) / _found[^1];

    private static PickPrecision Average(double[] ranks, List<Cell> cells, double foundFraction, double[] modelErrors, Guess? count)
    {
        // Each cell stands for as many numbers of particles as there are errors of the model.
        (Cell Cell, double Number, double Fit)[] all = [.. cells.SelectMany(cell => modelErrors.Select(error =>
        {
            double number = error * cell.Count[^1] / foundFraction;
            return (cell, number, cell.Fit + (count?.LogLikelihood(number) ?? 0));
        }))];
        double best = all.Max(one => one.Fit), sum = all.Sum(one => Math.Exp(one.Fit - best));
        (Cell Cell, double Number, double Weight)[] likely = [.. all.Select(one => (one.Cell, one.Number, Weight: Math.Exp(one.Fit - best) / sum)).Where(one => one.Weight >= 1e-9)];
        var probability = new double[ranks.Length];
        var found = new double[ranks.Length];
        foreach ((Cell cell, double weight) in likely.GroupBy(one => one.Cell).Select(group => (group.Key, group.Sum(one => one.Weight))))
        {
            for (int i = 0; i < ranks.Length; i++)
            {
                probability[i] += weight * cell.Probability[i];
                found[i] += weight * cell.Count[i];
            }
        }

        (double Number, double Weight)[] numbers = [.. likely.Select(one => (one.Number, one.Weight)).OrderBy(one => one.Number)];
        double Quantile(double fraction)
        {
            double below = 0;
            return numbers.First(one => (below += one.Weight) >= fraction).Number;
        }

        return new PickPrecision(ranks, probability, found, Quantile(0.5), Quantile(0.05), Quantile(0.95), foundFraction);
    }

    /// <summary>The position at which ∫h is a number of particles, or as close as it gets.</summary>
    private static double PositionFor(double particles, double slope, double ceiling, double[] ranks)
    {
        double low = Math.Log(ranks[0]), high = Math.Log(ranks[^1]) + 3;
        for (int i = 0; i < 50; i++)
        {
            double middle = (low + high) / 2, position = Math.Exp(middle);
            double count = Integrate(ranks, [.. ranks.Select(rank => ceiling / (1 + Math.Pow(rank / position, slope)))])[^1];
            (low, high) = count < particles ? (middle, high) : (low, middle);
        }

        return Math.Exp(low);
    }

    /// <summary>∫h from 0 to each rank, by trapezoids in log x.</summary>
    private static double[] Integrate(double[] ranks, double[] probability)
    {
        var counts = new double[ranks.Length];
        double before = probability[0] * ranks[0], step = Math.Log(ranks[1] / ranks[0]);
        counts[0] = before;
        for (int i = 1; i < ranks.Length; i++)
        {
            double here = probability[i] * ranks[i];
            counts[i] = counts[i - 1] + 0.5 * step * (before + here);
            before = here;
        }

        return counts;
    }

    /// <summary>How many labels there are at each of the steps of rank, those between two steps being shared by them.</summary>
    private static double[] Spread(IEnumerable<double> labels, double[] ranks)
    {
        var weights = new double[ranks.Length];
        foreach (double label in labels)
        {
            double place = Math.Clamp(Math.Log(label / ranks[0]) / Math.Log(ranks[1] / ranks[0]), 0, ranks.Length - 1);
            int left = Math.Min((int)place, ranks.Length - 2);
            weights[left] += left + 1 - place;
            weights[left + 1] += place - left;
        }

        return weights;
    }

    private static double[] LogSteps(double low, double high, int count) =>
        [.. Enumerable.Range(0, count).Select(i => low * Math.Pow(high / low, i / (count - 1.0)))];

    private double Interpolate(double[] values, double rank)
    {
        double place = Math.Clamp(Math.Log(rank / _ranks[0]) / Math.Log(_ranks[1] / _ranks[0]), 0, _ranks.Length - 1);
        int left = Math.Min((int)place, _ranks.Length - 2);
        return values[left] + (place - left) * (values[left + 1] - values[left]);
    }

    /// <summary>For one pair of parameters: its log-probability but for a constant, h at each rank, and ∫h up to there.</summary>
    private readonly record struct Cell(double Fit, double[] Probability, double[] Count);
}

/// <summary>What is known of a positive number.</summary>
/// <param name="Value">Its median.</param>
/// <param name="Spread">The standard deviation of its logarithm.</param>
public readonly record struct Guess(double Value, double Spread)
{
    /// <summary>The logarithm of how likely a number is, but for a constant.</summary>
    internal double LogLikelihood(double number) => -0.5 * Math.Pow(Math.Log(number / Value) / Spread, 2);
}
