using Topaz.Images;
using Topaz.Particles;
using Topaz.Picking;
using Xunit;

namespace Topaz.Tests;

public class CandidateFeaturesTests
{
    private static readonly int Count = CandidateFeatures.Names.Count;

    private static float Feature(float[] features, int candidate, string name) =>
        features[candidate * Count + CandidateFeatures.Names.ToList().IndexOf(name)];

    /// <summary>A disc of 1 on 0, and scores that are 2 in the disc.</summary>
    private static (Micrograph Image, Micrograph Scores) Disc5At(int x, int y)
    {
        bool[] mask = Disc.Mask(100, 80, [new Particle(x, y)], 5);
        return (
            new Micrograph("m", 100, 80, [.. mask.Select(inside => inside ? 1f : 0f)]),
            new Micrograph("m", 100, 80, [.. mask.Select(inside => inside ? 2f : -3f)]));
    }

    [Fact]
    public void Contrast_and_profile_of_a_disc()
    {
        (Micrograph image, Micrograph scores) = Disc5At(40, 30);
        float[] features = CandidateFeatures.Compute(image, scores, [new Particle(40, 30, 2), new Particle(70, 60, -3)], 5);
        double deviation = Math.Sqrt(81.0 / 8000 * (1 - 81.0 / 8000));
        Assert.Equal(1 / deviation, Feature(features, 0, "Contrast"), 1e-4);
        Assert.Equal(0, Feature(features, 0, "Deviation"), 1e-5);
        Assert.Equal(2, Feature(features, 0, "MeanScore"), 1e-5);
        Assert.Equal(0, Feature(features, 0, "Peak"), 1e-5);
        Assert.Equal(Feature(features, 0, "Profile0"), Feature(features, 0, "Profile1"), 1e-4);
        Assert.Equal(Feature(features, 0, "Profile2"), Feature(features, 1, "Profile2"), 1e-4);
        Assert.Equal(0, Feature(features, 1, "Contrast"), 1e-5);
    }

    [Fact]
    public void Ranks_neighbours_and_borders()
    {
        (Micrograph image, Micrograph scores) = Disc5At(40, 30);
        Particle[] candidates = [new(40, 30, 1), new(50, 30, 3), new(43, 34, 2), new(99, 0, -1)];
        float[] features = CandidateFeatures.Compute(image, scores, candidates, 5);
        Assert.Equal([0.5f, 0, 0.25f, 0.75f], Enumerable.Range(0, 4).Select(i => Feature(features, i, "Rank")));
        Assert.Equal(1, Feature(features, 0, "NearestDistance"), 1e-6);
        Assert.Equal(2, Feature(features, 0, "NearestScore"));
        Assert.Equal(2, Feature(features, 0, "Neighbours"));
        Assert.Equal(0, Feature(features, 3, "Neighbours"));
        Assert.Equal(0, Feature(features, 3, "BorderDistance"));
        Assert.Equal(6, Feature(features, 0, "BorderDistance"), 1e-6);
    }

    [Fact]
    public void A_candidate_at_the_border_or_outside_has_finite_features()
    {
        (Micrograph image, Micrograph scores) = Disc5At(0, 0);
        float[] features = CandidateFeatures.Compute(image, scores, [new Particle(0, 0, 2), new Particle(-20, 500, 1)], 5);
        Assert.All(features, value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void A_map_of_another_size_is_refused()
    {
        (Micrograph image, Micrograph scores) = Disc5At(0, 0);
        Assert.Throws<ArgumentException>(() => CandidateFeatures.Compute(image, new Micrograph("m", 50, 160, scores.Pixels), [], 5));
    }
}
