using Topaz.Evaluation;
using Topaz.Particles;
using Xunit;

namespace Topaz.Tests;

public class PickEvaluationTests
{
    [Fact]
    public void Picks_are_matched_within_their_micrograph_and_ranked_together()
    {
        ParticleTable picks = new(), targets = new();
        picks.Add("a", [new Particle(10, 10, 5), new Particle(50, 50, 4)]);
        picks.Add("b", [new Particle(50, 50, 3)]);
        picks.Add("not evaluated", [new Particle(0, 0, 9)]);
        targets.Add("a", [new Particle(11, 10)]);
        targets.Add("b", [new Particle(50, 51), new Particle(90, 90)]);
        targets.Add("not evaluated", [new Particle(40, 40)]);

        PickEvaluation evaluation = PickEvaluation.Evaluate(picks, targets, ["a", "b"], radius: 5);

        Assert.Equal((3, 2, 3), (evaluation.PickCount, evaluation.MatchedCount, evaluation.TargetCount));
        Assert.Equal([1, 0.5, 2.0 / 3], evaluation.Curve.Precision);
        Assert.Equal((1 + 2.0 / 3) / 3, evaluation.Curve.AveragePrecision, 1e-12);
    }

    [Fact]
    public void No_picks_score_zero()
    {
        ParticleTable targets = new();
        targets.Add("a", [new Particle(11, 10)]);

        Assert.Equal(0, PickEvaluation.Evaluate(new ParticleTable(), targets, ["a"], 5).Curve.AveragePrecision);
    }

    [Fact]
    public void Missing_labels_and_scores_are_told()
    {
        ParticleTable picks = new(), unscored = new(), targets = new();
        picks.Add("a", new Particle(1, 1, 1));
        unscored.Add("a", new Particle(1, 1));
        targets.Add("a", new Particle(1, 1));

        Assert.Throws<TopazException>(() => PickEvaluation.Evaluate(picks, targets, ["b"], 5));
        Assert.Throws<TopazException>(() => PickEvaluation.Evaluate(unscored, targets, ["a"], 5));
    }
}
