using Microsoft.ML;
using Microsoft.ML.Trainers.FastTree;
using Xunit;

namespace Topaz.MLNet.Tests;

/// <summary>Picks ranked again by boosted trees on their features.</summary>
public sealed class ReRankingTests(SimulatedData data) : IClassFixture<SimulatedData>
{
    [Fact]
    public void Trees_rank_the_picks_of_a_weak_network_better_on_micrographs_they_have_not_seen_and_are_saved_and_loaded()
    {
        var ml = new MLContext(seed: 1);
        (IDataView train, IDataView test) = ml.ParticlePicking.TrainTestSplit(data.Load(ml), 0.34, seed: 1);
        var pipeline = SimulatedData.Pipeline(ml).Append(ml.ParticlePicking.Transforms.FeaturizeCandidates());
        ITransformer picker = pipeline.Fit(train);
        ITransformer trees = ml.BinaryClassification.Trainers.FastTree(
            new FastTreeBinaryTrainer.Options { NumberOfTrees = 20, NumberOfLeaves = 8, MinimumExampleCountPerLeaf = 5 })
            .Fit(ml.ParticlePicking.UnrollPicks(picker.Transform(train), matchRadius: 12));

        IDataView picked = picker.Transform(test);
        double before = ml.ParticlePicking.Evaluate(picked, matchRadius: 12).AreaUnderPrecisionRecallCurve;
        double after = Ranked(trees);
        Assert.True(after > before, $"AUPRC {before} before, {after} after ranking again");

        string path = Path.Combine(data.Folder, "trees.zip");
        ml.Model.Save(trees, ml.ParticlePicking.UnrollPicks(picked).Schema, path);
        Assert.Equal(after, Ranked(ml.Model.Load(path, out _)));

        double Ranked(ITransformer ranker) => ml.ParticlePicking.Evaluate(
            ml.ParticlePicking.RollUpPicks(ranker.Transform(ml.ParticlePicking.UnrollPicks(picked)), picked), matchRadius: 12).AreaUnderPrecisionRecallCurve;
    }
}
