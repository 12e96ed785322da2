using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Topaz.Images;

/// <summary>The grey values of a micrograph as two Gaussians of one width: ice, and darker carbon and dirt.</summary>
/// <param name="Mean">Mean μ₁ of the brighter component, the ice.</param>
/// <param name="StandardDeviation">The standard deviation σ that both components share.</param>
/// <param name="Pi">The brighter component's share π of the pixels; 1 where one Gaussian describes them best.</param>
/// <param name="LogPosterior">Log likelihood of the values plus log density of the prior at π, by default Beta(900, 1), which
/// says that most of a micrograph is ice.</param>
/// <remarks>Bepler et al., Nature Methods 16:1153, 2019, Methods, "Micrograph normalization".</remarks>
public sealed record GaussianMixture(double Mean, double StandardDeviation, double Pi, double LogPosterior)
{
    private const double Tolerance = 1e-3;

    /// <summary>Shares of ice to start from; 1 stands for a single Gaussian.</summary>
    private static readonly double[] s_starts = [.1, .2, .3, .4, .5, .6, .7, .8, .9, .95, .98, 1];

    /// <summary>
    /// Fits by expectation-maximisation to the greatest posterior, from twelve starts, and keeps the best: each goes on
    /// until the log posterior changes by 1e-3 or less.
    /// </summary>
    /// <param name="values">Finite grey values, at least two of them different.</param>
    /// <param name="options">Prior and iterations; null for the published ones.</param>
    /// <param name="threads">Threads to use; 0 for one per core. The result does not depend on it.</param>
    /// <exception cref="ArgumentException">All values are equal.</exception>
    public static GaussianMixture Fit(ReadOnlySpan<float> values, MixtureOptions? options = null, int threads = 0) =>
        FitAll(values, options, threads).MaxBy(fit => fit.LogPosterior)!;

    /// <summary>The fits from all starts, less those that split nothing off.</summary>
    internal static IEnumerable<GaussianMixture> FitAll(
        ReadOnlySpan<float> values, MixtureOptions? options = null, int threads = 0)
    {
        options ??= new MixtureOptions();
        (double mean, double deviation) = Moments.Of(values);
        if (!(deviation > 0))
            throw new ArgumentException("All grey values are equal.", nameof(values));

        double[] units = SortedUnits(values, mean, deviation);
        Bins bins = new(units);
        GaussianMixture?[] fits = new GaussianMixture?[s_starts.Length];
        Parallel.For(0, fits.Length, Parallelism.Of(threads), i =>
            fits[i] = s_starts[i] < 1 ? FitFrom(units, bins, s_starts[i], options) : FitOne(units.Length, options));
        return fits.OfType<GaussianMixture>().Select(fit => new GaussianMixture(
            mean + deviation * fit.Mean,
            deviation * fit.StandardDeviation,
            fit.Pi,
            fit.LogPosterior - units.Length * Math.Log(deviation)));
    }

    /// <summary>The values in ascending order and in units of their own spread, where nothing overflows or cancels: Σ x = 0
    /// and Σ x² = n. Sorted, they are split by an index.</summary>
    private static double[] SortedUnits(ReadOnlySpan<float> values, double mean, double deviation)
    {
        uint[] descending = new uint[values.Length];
        for (int i = 0; i < values.Length; i++)
            descending[i] = RadixSort.Descending(values[i]);
        RadixSort.Sort(descending.AsSpan());
        double[] units = new double[values.Length];
        for (int i = 0; i < units.Length; i++)
            units[^(i + 1)] = (RadixSort.Score(descending[i]) - mean) / deviation;
        return units;
    }

    /// <summary>One Gaussian, values in units of their spread: mean 0, the variance not biased.</summary>
    private static GaussianMixture FitOne(int n, MixtureOptions options)
    {
        double variance = n / (n - 1.0);
        double logLikelihood = -0.5 * n * (Math.Log(2 * Math.PI * variance) + 1 / variance);
        return new GaussianMixture(0, Math.Sqrt(variance), 1, logLikelihood + options.LogPrior(1));
    }

    private static GaussianMixture? FitFrom(double[] sorted, Bins bins, double pi, MixtureOptions options)
    {
        int n = sorted.Length, cut = Split(sorted, 1 - pi);
        if (cut == 0)
            return null;
        double sum = 0;
        foreach (double x in sorted.AsSpan(0, cut))
            sum += x;
        // The other values sum up to −sum, all squares to n.
        double dark = sum / cut, bright = -sum / (n - cut), variance = Math.Max(1 + dark * bright, LeastVariance);
        Expectation expected = Expect(bins, n, dark, bright, variance, pi, options);
        double logPosterior = double.NegativeInfinity;
        for (int iteration = 0; iteration < options.MaxIterations; iteration++)
        {
            double inBright = expected.Share, inDark = n - inBright;
            if (!(inBright > 0 && inDark > 0))
                return null;
            logPosterior = expected.LogPosterior;
            pi = (inBright + options.Alpha - 1) / (n + options.Alpha + options.Beta - 2);
            bright = expected.Sum / inBright;
            dark = -expected.Sum / inDark;
            // All squares sum up to n, so what lies within the components is what is left beside the distance between them.
            variance = Math.Max((n - inBright * bright * bright - inDark * dark * dark) / n, LeastVariance);
            expected = Expect(bins, n, dark, bright, variance, pi, options);
            if (Math.Abs(expected.LogPosterior - logPosterior) <= Tolerance)
                break;
        }

        return new GaussianMixture(bright, Math.Sqrt(variance), pi, expected.LogPosterior);
    }

    /// <summary>A picture of two grey values only would have no width at all: of the whole spread a thousandth is left.</summary>
    private const double LeastVariance = 1e-6;

    /// <summary>The first index at or above the quantile, which is interpolated between the values around it.</summary>
    private static int Split(double[] sorted, double quantile)
    {
        double position = quantile * (sorted.Length - 1);
        int below = Math.Min((int)position, sorted.Length - 2);
        double at = sorted[below] + (position - below) * (sorted[below + 1] - sorted[below]);
        int cut = below;
        while (cut > 0 && sorted[cut - 1] >= at)
            cut--;
        while (sorted[cut] < at)
            cut++;
        return cut;
    }

    /// <summary>With p the probability that a value x belongs to the bright component: Σ p, Σ p x, and the log
    /// posterior.</summary>
    private readonly record struct Expectation(double Share, double Sum, double LogPosterior);

    /// <summary>
    /// Because the variance is shared, the log odds of the two components are linear in x, t = a + bx: p = 1 / (1 + e⁻ᵗ),
    /// and the log likelihood is that of the dark component plus Σ log(1 + eᵗ). A bin of n values around x contributes n
    /// f(x) + ½ s f″(x), s being Σ (value − x)². Vectors have the same length on every machine, so that sums do too.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Expectation Expect(
        Bins bins, int n, double dark, double bright, double variance, double pi, MixtureOptions options)
    {
        double slope = (bright - dark) / variance;
        double shift = Math.Log(pi) - Math.Log(1 - pi) - 0.5 * (bright * bright - dark * dark) / variance;
        Vector256<double> a = Vector256.Create(shift), b = Vector256.Create(slope), halfSquare = 0.5 * b * b;
        Vector256<double> one = Vector256<double>.One, zero = default, shares = zero, sums = zero, logs = zero;
        for (int i = 0; i < bins.Values.Length; i += Vector256<double>.Count)
        {
            Vector256<double> x = Vector256.Create(bins.Values, i);
            Vector256<double> count = Vector256.Create(bins.Counts, i), spread = Vector256.Create(bins.Spreads, i);
            Vector256<double> t = a + b * x, e = Vector256.Exp(-Vector256.Abs(t));
            Vector256<double> p = Vector256.ConditionalSelect(Vector256.GreaterThanOrEqual(t, zero), one, e) / (one + e);
            Vector256<double> rise = p * (one - p) * spread, bend = halfSquare * rise;
            Vector256<double> share = count * p + bend * (one - p - p);
            shares += share;
            sums += share * x + rise * b;
            logs += count * (Vector256.Max(t, zero) + Vector256.Log(one + e)) + bend;
        }

        // Σ (x − μ₀)² = n (1 + μ₀²), as above.
        double logDark = n * (Math.Log(1 - pi) - 0.5 * Math.Log(2 * Math.PI * variance) - 0.5 * (1 + dark * dark) / variance);
        return new Expectation(
            Vector256.Sum(shares), Vector256.Sum(sums), Vector256.Sum(logs) + logDark + options.LogPrior(pi));
    }

    /// <summary>
    /// Sorted values in bins a thousandth of the middle half's range wide, so that a pass takes some 7,000 exponentials and
    /// not one for each of 100,000 pixels. With the second-order term the fits agree with those over single values to 1e-9.
    /// The arrays are filled up with empty bins to whole vectors.
    /// </summary>
    private sealed class Bins
    {
        public Bins(double[] sorted)
        {
            double width = (sorted[sorted.Length * 3L / 4] - sorted[sorted.Length / 4]) / 1024;
            List<double> values = [], counts = [], spreads = [];
            for (int first = 0, end; first < sorted.Length; first = end)
            {
                double sum = 0, spread = 0;
                for (end = first; end < sorted.Length && sorted[end] <= sorted[first] + width; end++)
                    sum += sorted[end];
                double value = sum / (end - first);
                for (int i = first; i < end; i++)
                    spread += (sorted[i] - value) * (sorted[i] - value);
                values.Add(value);
                counts.Add(end - first);
                spreads.Add(spread);
            }

            Values = Padded(values);
            Counts = Padded(counts);
            Spreads = Padded(spreads);
        }

        /// <summary>The mean of the values in each bin.</summary>
        public double[] Values { get; }

        /// <summary>How many values each bin holds.</summary>
        public double[] Counts { get; }

        /// <summary>The sum of squared distances of a bin's values to their mean.</summary>
        public double[] Spreads { get; }

        private static double[] Padded(List<double> list)
        {
            int width = Vector256<double>.Count;
            double[] padded = new double[(list.Count + width - 1) / width * width];
            list.CopyTo(padded);
            return padded;
        }
    }
}
