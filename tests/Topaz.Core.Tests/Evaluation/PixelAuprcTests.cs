using Topaz.Evaluation;
using Topaz.Images;
using Topaz.Particles;
using Xunit;

namespace Topaz.Tests;

public class PixelAuprcTests
{
    private static Micrograph Noise(string name, ulong seed)
    {
        RandomStream random = new(seed);
        return new Micrograph(name, 40, 30, [.. Enumerable.Range(0, 1200).Select(_ => (float)random.NextInt32(50))]);
    }

    [Fact]
    public void It_is_the_average_precision_over_the_pixels_of_all_maps()
    {
        Micrograph[] maps = [Noise("a", 1), Noise("b", 2)];
        ParticleTable targets = new();
        targets.Add("a", [new Particle(3, 3), new Particle(20.2, 15)]);

        double area = PixelAuprc.Compute(maps, targets, 3);

        bool[] hits = [.. maps.SelectMany(map => Disc.Mask(40, 30, targets[map.Name], 3))];
        Assert.Equal(58, hits.Count(hit => hit));
        Assert.Equal(PrecisionRecallCurve.Compute([.. maps.SelectMany(map => map.Pixels)], hits).AveragePrecision, area, 1e-12);
    }

    [Fact]
    public void A_perfect_map_scores_one_and_a_map_without_targets_zero()
    {
        ParticleTable targets = new();
        targets.Add("a", new Particle(39, 0));
        Micrograph perfect = new("a", 40, 30, [.. Disc.Mask(40, 30, targets["a"], 4).Select(inside => inside ? 1f : -1f)]);

        Assert.Equal(1, PixelAuprc.Compute([perfect], targets, 4), 1e-12);
        Assert.Equal(0, PixelAuprc.Compute([perfect], new ParticleTable(), 4));
        Assert.Equal(0, PixelAuprc.Compute([], targets, 4));
    }
}
