using Topaz.Search;

namespace Topaz.Tests;

public sealed class SamplerTests
{
    [Theory]
    [InlineData(SamplerKind.Tpe)]
    [InlineData(SamplerKind.Random)]
    public void TheFirstTrialHasTheDefaultsAndAllStayInBounds(SamplerKind kind)
    {
        List<Observation> seen = Search(kind, trials: 60, seed: 5);
        Assert.Equal(Toy.Space.Defaults.Values, seen[0].Parameters.Values);
        Assert.All(seen, trial =>
        {
            Assert.InRange(trial.Parameters.Number("x"), 0, 1);
            Assert.InRange(trial.Parameters.Number("rate"), 0.0001, 0.1);
            Assert.Contains(trial.Parameters.Text("kind"), (string[])["a", "b", "c"]);
        });
        Assert.Equal(60, seen.Select(trial => trial.Parameters.ToJson()).Distinct().Count());
        Assert.Equal(seen.Select(trial => trial.Parameters.ToJson()), Search(kind, 60, seed: 5).Select(trial => trial.Parameters.ToJson()));
        Assert.NotEqual(seen[1].Parameters.ToJson(), Search(kind, 2, seed: 6)[1].Parameters.ToJson());
    }

    [Fact]
    public void TpeFindsBetterSettingsThanChance()
    {
        double[] tpe = Best(SamplerKind.Tpe), random = Best(SamplerKind.Random);
        Assert.True(tpe[10] > random[10] + 0.01, $"medians {tpe[10]} and {random[10]}");

        static double[] Best(SamplerKind kind) => [.. Enumerable.Range(1, 21).Select(seed => Search(kind, 40, (ulong)seed).Max(trial => trial.Value)).Order()];
    }

    [Fact]
    public void TpeRanksTrialsByTheHighestRung()
    {
        // With few epochs great x looks good, which it is not.
        var seen = new List<Observation>();
        for (int i = 0; i < 12; i++)
        {
            var parameters = new TrialParameters(Toy.Space.Defaults.Values.Select(value => value.Key == "x"
                ? KeyValuePair.Create("x", ((i % 12) / 12.0).ToString(System.Globalization.CultureInfo.InvariantCulture)) : value));
            seen.Add(new Observation(i, parameters, 9, Toy.Value(parameters)));
            seen.Add(new Observation(i, parameters, 1, 5 + parameters.Number("x")));
        }

        double[] drawn = [.. Enumerable.Range(50, 40).Select(trial => new TpeSampler().Draw(Toy.Space, seen, trial, 1).Number("x"))];
        Assert.InRange(drawn.Average(), 0.15, 0.45);
    }

    [Fact]
    public void TpeRemembersWhatNeverGotFar()
    {
        // Kinds a and c always ended at the first rung.
        var seen = new List<Observation>();
        for (int i = 0; i < 15; i++)
        {
            TrialParameters parameters = new RandomSampler().Draw(Toy.Space, [], i + 1, 1);
            seen.Add(new Observation(i, parameters, 1, 0));
            if (parameters.Text("kind") == "b")
                seen.Add(new Observation(i, parameters, 3, 0.1));
        }

        string[] drawn = [.. Enumerable.Range(50, 40).Select(trial => new TpeSampler().Draw(Toy.Space, seen, trial, 1).Text("kind"))];
        Assert.InRange(drawn.Count(kind => kind == "b"), 35, 40);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(1)]
    public void TpeTakesTheDefaultsForGoodOnlyIfTheyAre(double value)
    {
        // The first trial, of kind a, went to the end whatever it reached; trial 1, of kind b, because it was good.
        var seen = new List<Observation>();
        for (int i = 0; i < 8; i++)
        {
            var parameters = new TrialParameters(Toy.Space.Defaults.Values.Select(setting => setting.Key == "kind"
                ? KeyValuePair.Create("kind", i == 0 ? "a" : i < 3 ? "b" : "c") : setting));
            seen.Add(new Observation(i, parameters, 1, i == 0 ? value : 0.9 - 0.1 * i));
            if (i <= 1)
                seen.Add(new Observation(i, parameters, 3, i == 0 ? value : 0.9));
        }

        string[] drawn = [.. Enumerable.Range(50, 40).Select(trial => new TpeSampler().Draw(Toy.Space, seen, trial, 1).Text("kind"))];
        Assert.Equal(value == 1, drawn.Contains("a"));
    }

    private static List<Observation> Search(SamplerKind kind, int trials, ulong seed)
    {
        var sampler = ISampler.Create(kind);
        var seen = new List<Observation>();
        for (int trial = 0; trial < trials; trial++)
        {
            TrialParameters parameters = sampler.Draw(Toy.Space, seen, trial, seed);
            seen.Add(new Observation(trial, parameters, 9, Toy.Value(parameters)));
        }

        return seen;
    }
}
