using Topaz.Images;
using Topaz.Particles;
using Topaz.Picking;
using Xunit;

namespace Topaz.Tests;

public class RadiusTuningTests
{
    // Peaks 24 pixels apart, each with a shoulder 9 pixels beside it that outdoes the peaks to its left.
    private static (Micrograph Map, ParticleTable Targets) Peaks()
    {
        const int size = 128;
        float[] scores = new float[size * size];
        Array.Fill(scores, -10f);
        ParticleTable targets = new();
        for (int y = 16; y < size; y += 24)
        {
            for (int x = 16; x < size; x += 24)
            {
                targets.Add("map", new Particle(x, y));
                scores[y * size + x] = 3 + x * 0.01f;
                scores[y * size + x + 9] = 2.9f + x * 0.01f;
            }
        }

        return (new Micrograph("map", size, size, scores), targets);
    }

    [Fact]
    public void The_radius_between_shoulder_and_neighbour_wins()
    {
        (Micrograph map, ParticleTable targets) = Peaks();

        RadiusTuning tuning = new();
        tuning.Add(map.Name, tuning.Pick(map), targets[map.Name]);
        IReadOnlyList<TunedRadius> tuned = tuning.Rank();

        Assert.Equal(20, tuned.Count);
        Assert.Equal(10, tuned[0].Radius);
        Assert.Equal(1, tuned[0].Evaluation.Curve.AveragePrecision, 1e-12);
        Assert.True(tuned.Single(result => result.Radius == 5).Evaluation.Curve.AveragePrecision < 1);
        Assert.True(tuned.Single(result => result.Radius == 30).Evaluation.Curve.AveragePrecision < 1);
    }

    [Fact]
    public void Without_labels_there_is_nothing_to_tune_by()
    {
        RadiusTuning tuning = new([5]);
        tuning.Add("map", tuning.Pick(Peaks().Map), []);
        Assert.Throws<TopazException>(() => tuning.Rank());
    }
}
