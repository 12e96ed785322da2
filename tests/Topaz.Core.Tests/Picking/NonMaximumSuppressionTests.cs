using System.Text.Json.Nodes;
using FsCheck.Xunit;
using Topaz.Images;
using Topaz.Particles;
using Topaz.Picking;
using Xunit;

namespace Topaz.Tests;

public class NonMaximumSuppressionTests
{
    [SkippableFact]
    public void Picks_are_the_reference_ones_in_order()
    {
        foreach (JsonNode? golden in Goldens.Require()["nms"]!["cases"]!.AsArray())
        {
            int[] shape = Goldens.Shape(golden!["map"]!);
            Micrograph map = new("map", shape[1], shape[0], Goldens.Floats(golden["map"]!));
            foreach (JsonNode? result in golden["results"]!.AsArray())
            {
                List<Particle> picks = NonMaximumSuppression.Pick(map, (int)result!["radius"]!, (float)golden["threshold"]!);

                Assert.Equal(Goldens.Ints(result["coords_fixed"]!), picks.SelectMany(pick => (int[])[(int)pick.X, (int)pick.Y]));
                Assert.All(picks, pick => Assert.Equal(map[(int)pick.X, (int)pick.Y], pick.Score));
            }
        }
    }

    [Fact]
    public void Ties_go_by_index_the_threshold_is_strict_and_NaN_is_never_picked()
    {
        Micrograph map = new("map", 7, 1, [-0f, 1, float.NaN, 1, float.PositiveInfinity, -6, 0]);

        List<Particle> picks = NonMaximumSuppression.Pick(map, 0, -6);

        Assert.Equal([4, 1, 3, 0, 6], picks.Select(pick => (int)pick.X));
    }

    /// <summary>A map large enough for several rounds, with plateaus, NaN and infinities, and a side that no vector divides.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(40)]
    [InlineData(500)]
    public void Rounds_do_not_change_the_picks(int radius)
    {
        const int width = 261, height = 149;
        RandomStream random = new(12, (uint)radius);
        float[] scores = [.. Enumerable.Range(0, width * height).Select(i => random.NextInt32(50) switch
        {
            0 => float.NaN,
            1 => random.NextInt32(2) == 0 ? float.NegativeInfinity : float.PositiveInfinity,
            < 20 => random.NextInt32(9) - 7,
            _ => (float)(4 * random.NextGaussian()),
        })];

        List<Particle> picks = NonMaximumSuppression.Pick(new Micrograph("map", width, height, scores), radius, -6);

        List<Particle> expected = [];
        bool[] suppressed = new bool[scores.Length];
        foreach (int i in Enumerable.Range(0, scores.Length).Where(i => scores[i] > -6).OrderByDescending(i => scores[i]).ThenBy(i => i))
        {
            if (suppressed[i])
                continue;
            expected.Add(new Particle(i % width, i / width, scores[i]));
            (int y, int x) = Math.DivRem(i, width);
            for (int row = Math.Max(0, y - radius); row <= Math.Min(height - 1, y + radius); row++)
            {
                for (int column = Math.Max(0, x - radius); column <= Math.Min(width - 1, x + radius); column++)
                    suppressed[row * width + column] |= (row - y) * (row - y) + (column - x) * (column - x) <= radius * radius;
            }
        }

        Assert.Equal(expected, picks);
    }

    [Fact]
    public void A_map_without_candidates_has_no_picks()
    {
        Assert.Empty(NonMaximumSuppression.Pick(new Micrograph("map", 50, 40, new float[2000]), 5, 0));
        Assert.Empty(NonMaximumSuppression.Pick(new Micrograph("map", 1, 1, [float.NaN]), 5, -6));
    }

    [Property]
    public void Picks_are_those_of_the_plain_algorithm(int seed, byte radiusSeed, byte widthSeed, byte heightSeed)
    {
        // From less than 64 pixels in all to several times 64 in a row.
        int width = 1 + widthSeed, height = 1 + heightSeed % 16, radius = radiusSeed % 9;
        RandomStream random = new((ulong)seed);
        // Few distinct values, so that ties are frequent.
        float[] scores = [.. Enumerable.Range(0, width * height).Select(_ => (float)random.NextInt32(40) - 10)];

        List<Particle> picks = NonMaximumSuppression.Pick(new Micrograph("map", width, height, scores), radius, -6);

        List<Particle> expected = [];
        foreach (int i in Enumerable.Range(0, scores.Length).Where(i => scores[i] > -6).OrderByDescending(i => scores[i]).ThenBy(i => i))
        {
            Particle candidate = new(i % width, i / width, scores[i]);
            if (expected.All(pick => Math.Pow(pick.X - candidate.X, 2) + Math.Pow(pick.Y - candidate.Y, 2) > radius * radius))
                expected.Add(candidate);
        }

        Assert.Equal(expected, picks);
    }
}
