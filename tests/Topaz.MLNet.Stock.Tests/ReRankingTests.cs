using Microsoft.ML;
using Microsoft.ML.Trainers.FastTree;
using Xunit;

namespace Topaz.MLNet.Tests;

/// <summary>Picks ranked again by boosted trees on their features.</summary>
public sealed class ReRankingTests(SimulatedData data) : IClassFixture<SimulatedData>
{
    [Fact]
    public void Trees_rank_picks_of_a_weak_network_better_and_their_model_is_saved_and_loaded()
    {
        var ml = new MLContext(seed: 1);
        IDataView rows = data.Load(ml);
        IDataView described = SimulatedData.Pipeline(ml).Append(ml.ParticlePicking.Transforms.FeaturizeCandidates()).Fit(rows).Transform(rows);
        IDataView picks = ml.Data.Cache(ml.ParticlePicking.UnrollPicks(described, matchRadius: 12));
        ITransformer trees = ml.BinaryClassification.Trainers.FastTree(
            new FastTreeBinaryTrainer.Options { NumberOfTrees = 20, NumberOfLeaves = 8, MinimumExampleCountPerLeaf = 5 }).Fit(picks);
        double before = ml.ParticlePicking.Evaluate(described, matchRadius: 12).AreaUnderPrecisionRecallCurve;
        double after = Auprc(ml, trees, picks, described);
        Assert.True(after > before, $"AUPRC {before} before, {after} after ranking again on the same picks");

        string path = Path.Combine(data.Folder, "trees.zip");
        ml.Model.Save(trees, picks.Schema, path);
        Assert.Equal(after, Auprc(ml, ml.Model.Load(path, out _), picks, described));
    }

    private static double Auprc(MLContext ml, ITransformer trees, IDataView picks, IDataView described) => ml.ParticlePicking.Evaluate(
        ml.ParticlePicking.RollUpPicks(trees.Transform(picks), described), matchRadius: 12).AreaUnderPrecisionRecallCurve;
}
