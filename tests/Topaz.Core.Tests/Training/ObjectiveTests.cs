using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Topaz.Training;
using Xunit;

namespace Topaz.Tests;

public class ObjectiveTests
{
    private const double Tolerance = 1e-9;

    [SkippableFact]
    public void SmoothObjectivesAreThoseOfTheReference()
    {
        foreach (LossCase golden in LossCase.All())
        {
            golden.Check("PN_nopi", new PositiveNegativeObjective());
            golden.Check("PN_pi", new PositiveNegativeObjective(golden.Pi));
            golden.Check("PU", new NonNegativeObjective(golden.Pi));
            // At +30 the reference computes 1 − p with four digits left; the next test has that case.
            if (golden.Name != "all_plus30")
                golden.Check("GE-KL", new GeKlObjective(golden.Pi));
        }
    }

    [Fact]
    public void GeKlIsExactWhereTheReferenceLosesItsDigits()
    {
        double[] scores = new double[64], gradient = new double[64];
        Array.Fill(scores, 30);
        bool[] positive = [true, true, true, true, .. new bool[60]];
        ObjectiveValue value = new GeKlObjective(0.03).Evaluate(scores, positive, gradient);
        // All p are equal, so KL(π' ‖ p) = π' log π'/p + (1−π') log (1−π')/(1−p), and its gradient is (p − π')/N.
        double expected = 10 * (0.03 * Math.Log(0.03) + 0.97 * (Math.Log(0.97) + 30));
        Assert.Equal(expected, value.Penalty!.Value, Tolerance);
        Assert.Equal(10 * 0.97 / 60, gradient[63], Tolerance);
    }

    // The reference evaluates q and its derivatives in single precision even when fed doubles: its penalty and its dL/dμ and
    // dL/dv are single-precision numbers. So these two agree to single precision, and what follows from them, the gradient in
    // the scores, to 1e-9. The finite differences below test all of it in double precision.
    [SkippableFact]
    public void GeBinomialIsThatOfTheReference()
    {
        foreach (LossCase golden in LossCase.All().Where(golden => golden.Pi < 1))
        {
            var objective = new GeBinomialObjective(golden.Pi);
            var gradient = new double[golden.Scores.Length];
            ObjectiveValue value = objective.Evaluate(golden.Scores, golden.Positive, gradient);
            JsonNode? reference = golden.Node["GE-binomial"]!["f64"];
            if (reference!["metrics"] is null)
                continue;
            double[] metrics = LossCase.Metrics(reference);
            if (!double.IsNaN(metrics[0]))
                Assert.Equal(metrics[0], value.Loss, Tolerance);
            Assert.InRange(value.Penalty!.Value / metrics[1], 1 - 3e-7, 1 + 3e-7);

            double[] expected = Goldens.Doubles(reference["grad"]!);
            (double[] byMean, double[] byVariance) = golden.PenaltyBasis();
            if (Fit(byMean, byVariance, expected) is var (referenceByMean, referenceByVariance))
            {
                // Solved from the gradient, one digit is lost where μ and v move almost together.
                Assert.Equal((double)(float)referenceByMean, referenceByMean, 10 * Tolerance);
                (_, double dMean, double dVariance) = objective.Penalty(
                    golden.Positive.Count(label => !label), golden.Mean(), golden.Variance());
                Assert.Equal(referenceByMean, dMean, 5e-7 * Math.Max(1, Math.Abs(referenceByMean)));
                Assert.Equal(referenceByVariance, dVariance, 5e-7 * Math.Max(1, Math.Abs(referenceByVariance)));
                for (int i = 0; i < gradient.Length; i++)
                {
                    double single = golden.Positive[i] ? 0
                        : (dMean - referenceByMean) * byMean[i] + (dVariance - referenceByVariance) * byVariance[i];
                    Assert.Equal(expected[i], gradient[i] - single, Tolerance);
                }
            }
            else
            {
                for (int i = 0; i < gradient.Length; i++)
                    Assert.Equal(expected[i], gradient[i], 1e-7);
            }
        }
    }

    [SkippableFact]
    public void SoftMetricsAreThoseOfTheReference()
    {
        foreach (LossCase golden in LossCase.All())
        {
            SoftMetrics actual = SoftMetrics.Of(golden.Scores, golden.Positive);
            if (golden.Node["PN_nopi"]!["f64"]!["metrics"] is null)
                continue;
            double[] expected = LossCase.Metrics(golden.Node["PN_nopi"]!["f64"]!);
            Assert.Equal(expected[1], actual.Precision, Tolerance);
            Assert.Equal(double.IsNaN(expected[2]) ? 0 : expected[2], actual.TruePositiveRate, Tolerance);
            Assert.Equal(expected[3], actual.FalsePositiveRate, Tolerance);
        }
    }

    [SkippableFact]
    public void PathologicalScoresStayFinite()
    {
        foreach (LossCase golden in LossCase.All())
        {
            foreach (IObjective objective in All(0.03))
                AssertFinite(objective, golden.Scores, golden.Positive);
        }
    }

    [Theory]
    [InlineData(60)]
    [InlineData(-60)]
    [InlineData(1e4)]
    [InlineData(-1e4)]
    public void SureScoresStayFinite(double score)
    {
        double[] mixed = [score, -score, 0, score, -score, 1e-3, score, score];
        double[] equal = [.. Enumerable.Repeat(score, 8)];
        foreach (bool[] positive in new bool[][] { [.. new bool[8]], [true, .. new bool[7]], [.. Enumerable.Repeat(true, 8)] })
        {
            foreach (IObjective objective in All(0.3).Concat(All(1e-8)).Concat(All(1 - 1e-8)))
            {
                AssertFinite(objective, mixed, positive);
                AssertFinite(objective, equal, positive);
            }
        }
    }

    [Property(MaxTest = 60)]
    public void GradientsAreFiniteDifferences(PositiveInt seed)
    {
        var random = new RandomStream((ulong)seed.Get);
        int n = 2 + random.NextInt32(30);
        double scale = 4 * random.NextDouble(), shift = 4 * random.NextDouble() - 2;
        double[] scores = [.. Enumerable.Range(0, n).Select(_ => shift + scale * random.NextGaussian())];
        bool[] positive = [.. Enumerable.Range(0, n).Select(_ => random.NextDouble() < 0.3)];
        double pi = 0.01 + 0.9 * random.NextDouble();
        foreach (IObjective objective in All(pi).Append(new GeBinomialObjective(pi, 0.7, entropyWeight: 0.4)))
        {
            double[] gradient = new double[n], ignored = new double[n];
            objective.Evaluate(scores, positive, gradient);
            for (int i = 0; i < n; i++)
            {
                const double Step = 1e-5;
                double at = scores[i];
                scores[i] = at + Step;
                double above = objective.Evaluate(scores, positive, ignored).Minimized;
                scores[i] = at - Step;
                double below = objective.Evaluate(scores, positive, ignored).Minimized;
                scores[i] = at;
                // Error of the difference: rounding 1e-16·|L|/step and curvature step²·|L'''|.
                Assert.Equal((above - below) / (2 * Step), gradient[i], 1e-6 * Math.Max(1, Math.Abs(gradient[i])));
            }
        }
    }

    [Fact]
    public void ClippedNegativeRiskIsSteppedBack()
    {
        double[] scores = [9, 9, -9, -9], gradient = new double[4];
        ObjectiveValue value = new NonNegativeObjective(0.4).Evaluate(scores, [true, true, false, false], gradient);
        Assert.Equal(0.4 * Math.Log(1 + Math.Exp(-9)), value.Loss, 1e-12);
        double positiveSlope = 0.4 / 2 / (1 + Math.Exp(-9)), unlabeledSlope = -0.5 / (1 + Math.Exp(9));
        Assert.Equal([positiveSlope, positiveSlope, unlabeledSlope, unlabeledSlope], gradient);
    }

    [Theory]
    [InlineData(1.2)]
    [InlineData(1.0)]
    [InlineData(0.0)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void PiOutOfRangeIsRefused(double pi)
    {
        foreach (ObjectiveKind kind in Enum.GetValues<ObjectiveKind>())
            Assert.Throws<TopazException>(() => ObjectiveFactory.Create(kind, pi, 0.01));
    }

    [Fact]
    public void OnlyPnCanDoWithoutPi()
    {
        Assert.Null(ObjectiveFactory.Create(ObjectiveKind.PN, null, 0.01).Note);
        foreach (ObjectiveKind kind in new[] { ObjectiveKind.GeBinomial, ObjectiveKind.GeKl, ObjectiveKind.PU })
            Assert.Throws<TopazException>(() => ObjectiveFactory.Create(kind, null, 0.01));
    }

    [Theory]
    [InlineData(ObjectiveKind.GeBinomial)]
    [InlineData(ObjectiveKind.GeKl)]
    public void NothingLeftToExpectMeansPn(ObjectiveKind kind)
    {
        ObjectiveChoice choice = ObjectiveFactory.Create(kind, pi: 0.02, observed: 0.02);
        Assert.Equal((ObjectiveKind.PN, 0.02), (choice.Kind, choice.Pi));
        Assert.Contains(ObjectiveFactory.NameOf(kind), choice.Note, StringComparison.Ordinal);

        double[] scores = [1, -2, 0.5], gradient = new double[3], expected = new double[3];
        bool[] positive = [true, false, false];
        choice.Objective.Evaluate(scores, positive, gradient);
        new PositiveNegativeObjective(0.02).Evaluate(scores, positive, expected);
        Assert.Equal(expected, gradient);
        Assert.Null(ObjectiveFactory.Create(kind, pi: 0.03, observed: 0.02).Note);
    }

    private static IObjective[] All(double pi) =>
        [new GeBinomialObjective(pi), new GeBinomialObjective(pi, 1, 0.1), new GeKlObjective(pi),
            new PositiveNegativeObjective(), new PositiveNegativeObjective(pi), new NonNegativeObjective(pi)];

    private static void AssertFinite(IObjective objective, double[] scores, bool[] positive)
    {
        var gradient = new double[scores.Length];
        ObjectiveValue value = objective.Evaluate(scores, positive, gradient);
        Assert.True(double.IsFinite(value.Loss) && double.IsFinite(value.Penalty ?? 0) && double.IsFinite(value.Minimized), $"{objective} {value}");
        Assert.All(gradient, slope => Assert.True(double.IsFinite(slope), $"{objective} has the slope {slope}"));
    }

    /// <summary>Least squares for target = x·first + y·second; null where the two point the same way.</summary>
    private static (double X, double Y)? Fit(double[] first, double[] second, double[] target)
    {
        double a = Dot(first, first), b = Dot(first, second), c = Dot(second, second), determinant = a * c - b * b;
        double d = Dot(first, target), e = Dot(second, target);
        return determinant <= 1e-12 * a * c || a < 1e-6 ? null : ((d * c - b * e) / determinant, (a * e - b * d) / determinant);

        static double Dot(double[] x, double[] y) => x.Zip(y, (p, q) => p * q).Sum();
    }

    private sealed record LossCase(string Name, double Pi, double[] Scores, bool[] Positive, JsonNode Node)
    {
        public static IEnumerable<LossCase> All() => Goldens.Require()["losses"]!["cases"]!.AsArray().Select(node => new LossCase(
            (string)node!["name"]!,
            (double)node["pi"]!,
            [.. Goldens.Floats(node["scores"]!).Select(score => (double)score)],
            [.. Goldens.Numbers(node["labels"]!).Select(label => label > 0)],
            node));

        public static double[] Metrics(JsonNode reference) =>
            [.. reference["metrics"]!.AsArray().Select(number => number!.GetValueKind() == System.Text.Json.JsonValueKind.String ? double.NaN : (double)number)];

        public void Check(string method, IObjective objective)
        {
            JsonNode reference = Node[method]!["f64"]!;
            if (reference["metrics"] is null)
                return;
            var gradient = new double[Scores.Length];
            ObjectiveValue value = objective.Evaluate(Scores, Positive, gradient);
            double[] metrics = Metrics(reference);
            string label = $"{method} {Name}";
            // NaN marks the reference's fault, not a value.
            if (!double.IsNaN(metrics[0]))
                AssertClose(metrics[0], value.Loss, label);
            if (value.Penalty is { } penalty && !double.IsNaN(metrics[1]))
                AssertClose(metrics[1], penalty, label);
            double[] expected = Goldens.Doubles(reference["grad"]!);
            if (Pi < 1 || method.StartsWith('P'))
            {
                for (int i = 0; i < expected.Length; i++)
                    AssertClose(expected[i], gradient[i], $"{label} gradient {i}");
            }
        }

        public double Mean() => Unlabeled().Sum();

        public double Variance() => Unlabeled().Sum(p => p * (1 - p));

        /// <summary>dμ/ds and dv/ds.</summary>
        public (double[] ByMean, double[] ByVariance) PenaltyBasis()
        {
            double[] p = [.. Scores.Select((score, i) => Positive[i] ? 0 : 1 / (1 + Math.Exp(-score)))];
            return ([.. p.Select(x => x * (1 - x))], [.. p.Select(x => x * (1 - x) * (1 - 2 * x))]);
        }

        private IEnumerable<double> Unlabeled() =>
            Scores.Where((_, i) => !Positive[i]).Select(score => 1 / (1 + Math.Exp(-score)));

        private static void AssertClose(double expected, double actual, string what) =>
            Assert.True(Math.Abs(expected - actual) <= Tolerance, $"{what}: {actual} instead of {expected}");
    }
}
