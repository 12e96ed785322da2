namespace Topaz.Search;

/// <summary>
/// The tree-structured Parzen estimator: models where good trials lie and where the others do, each setting for itself, and takes of some draws
/// from the first the one for which the ratio of both is greatest (Bergstra et al., "Algorithms for hyper-parameter optimization", NeurIPS 2011).
/// </summary>
/// <remarks>
/// Trials that were stopped at different epochs are ranked by the rung that they reached first: who was promoted was among the best of those who were not. That differs from BOHB (Falkner et
/// al., ICML 2018), which looks at one rung alone and so forgets the values that never got there.
/// </remarks>
internal sealed class TpeSampler : ISampler
{
    private const int StartUp = 6, Candidates = 24;
    private const double GoodShare = 0.25;

    private readonly RandomSampler _random = new();

    /// <inheritdoc/>
    public TrialParameters Draw(SearchSpace space, IReadOnlyList<Observation> observed, int trial, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(observed);
        Observation[] ranked = [.. observed.GroupBy(observation => observation.Trial).Select(rungs => Standing([.. rungs.OrderBy(rung => rung.Epochs)], observed))
            .OrderByDescending(observation => observation.Epochs).ThenByDescending(observation => observation.Value)];
        if (trial == 0 || ranked.Length < StartUp)
            return _random.Draw(space, observed, trial, seed);
        int good = Math.Max(2, (int)Math.Ceiling(GoodShare * ranked.Length));
        return new TrialParameters(space.Dimensions.Select((dimension, i) => KeyValuePair.Create(dimension.Name, dimension switch
        {
            RangeDimension range => DrawFrom(range, ranked, good, new RandomStream(seed, (uint)trial, (uint)i)),
            CategoricalDimension categorical => DrawFrom(categorical, ranked, good, new RandomStream(seed, (uint)trial, (uint)i)),
            _ => throw new ArgumentOutOfRangeException(nameof(space)),
        })));
    }

    /// <summary>How far a trial's values brought it. The first trial is trained to its end whatever they are, so it counts as far as they would have brought it.</summary>
    private static Observation Standing(Observation[] rungs, IReadOnlyList<Observation> observed)
    {
        if (rungs[0].Trial != 0)
            return rungs[^1];
        ILookup<int, Observation> others = observed.Where(other => other.Trial != 0).ToLookup(other => other.Trial);
        return Array.Find(rungs, rung => !others.Any(other =>
            other.Any(later => later.Epochs > rung.Epochs) && other.Any(same => same.Epochs == rung.Epochs && same.Value <= rung.Value))) ?? rungs[^1];
    }

    private static string DrawFrom(RangeDimension range, Observation[] ranked, int good, RandomStream random)
    {
        double[] places = [.. ranked.Select(observation => range.PlaceOf(observation.Parameters.Number(range.Name)))];
        var best = new Parzen(places[..good]);
        var rest = new Parzen(places[good..]);
        double chosen = 0, greatest = double.NegativeInfinity;
        for (int i = 0; i < Candidates; i++)
        {
            double place = best.Draw(ref random), ratio = Math.Log(best.Density(place)) - Math.Log(rest.Density(place));
            if (ratio > greatest)
                (chosen, greatest) = (place, ratio);
        }

        return Dimension.Text(range.At(chosen));
    }

    private static string DrawFrom(CategoricalDimension dimension, Observation[] ranked, int good, RandomStream random)
    {
        // Each value counts once beforehand, so that none is ever ruled out.
        double Share(IEnumerable<Observation> some, string value) =>
            (some.Count(observation => observation.Parameters.Text(dimension.Name) == value) + 1.0) / (some.Count() + dimension.Values.Count);
        double[] weights = [.. dimension.Values.Select(value => Share(ranked.Take(good), value))];
        string chosen = dimension.Default;
        double greatest = double.NegativeInfinity;
        for (int i = 0; i < Candidates; i++)
        {
            double left = random.NextDouble() * weights.Sum();
            int drawn = 0;
            while (drawn < weights.Length - 1 && (left -= weights[drawn]) > 0)
                drawn++;
            double ratio = Math.Log(weights[drawn]) - Math.Log(Share(ranked.Skip(good), dimension.Values[drawn]));
            if (ratio > greatest)
                (chosen, greatest) = (dimension.Values[drawn], ratio);
        }

        return chosen;
    }

    /// <summary>A density on 0 to 1: a Gaussian around each point, as wide as the distance to its neighbours, and a wide one for what is not known yet.</summary>
    private sealed class Parzen
    {
        private readonly (double Centre, double Width)[] _kernels;

        public Parzen(double[] points)
        {
            double[] centres = [.. points.Append(0.5).Order()];
            // Many points make narrow kernels, but a few that happen to lie close must not.
            double least = 1.0 / Math.Min(100, points.Length + 1);
            int prior = Array.IndexOf(centres, 0.5);
            _kernels = [.. centres.Select((centre, i) =>
            {
                double left = centre - (i > 0 ? centres[i - 1] : 0), right = (i < centres.Length - 1 ? centres[i + 1] : 1) - centre;
                return (centre, i == prior ? 1 : Math.Clamp(Math.Max(left, right), least, 1));
            })];
        }

        public double Draw(ref RandomStream random)
        {
            (double centre, double width) = _kernels[random.NextInt32(_kernels.Length)];
            double place;
            do
                place = centre + width * random.NextGaussian();
            while (place is < 0 or > 1);
            return place;
        }

        public double Density(double place) => _kernels.Average(kernel =>
        {
            double z = (place - kernel.Centre) / kernel.Width;
            return Math.Exp(-0.5 * z * z) / (kernel.Width * Inside(kernel.Centre, kernel.Width));
        });

        /// <summary>The part of a kernel that lies between 0 and 1.</summary>
        private static double Inside(double centre, double width) => Below((1 - centre) / width) - Below(-centre / width);

        /// <summary>The normal distribution's cumulative function; an approximation to 2e-4 (logistic with a cubic term) is enough here.</summary>
        private static double Below(double z) => 1 / (1 + Math.Exp(-1.5976 * z - 0.07056 * z * z * z));
    }
}
