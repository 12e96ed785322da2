using Topaz.Search;

namespace Topaz.Tests;

/// <summary>A search that needs no micrographs: a smooth function of three settings, known better the more epochs there are.</summary>
internal static class Toy
{
    public static SearchSpace Space { get; } = new(
    [
        new RangeDimension("x", 0, 1, 0.9),
        new RangeDimension("rate", 0.0001, 0.1, 0.05, IsLogarithmic: true),
        new CategoricalDimension("kind", ["a", "b", "c"], "a"),
    ]);

    public static StudyDefinition Definition { get; } = new(Space, SamplerKind.Tpe, Seed: 3, Epochs: 9, Rungs: 3, new Dictionary<string, string> { ["data"] = "none" });

    /// <summary>1 at its best, at x = 0.3, rate = 0.003 and kind b.</summary>
    public static double Value(TrialParameters parameters)
    {
        double x = parameters.Number("x") - 0.3, rate = Math.Log10(parameters.Number("rate") / 0.003);
        return 1 - x * x - 0.2 * rate * rate - (parameters.Text("kind") == "b" ? 0 : 0.2);
    }

    public static TrialResult Evaluate(Job job) => new(Value(job.Parameters) - 0.3 / job.ToEpochs, $"after {job.ToEpochs}");
}
