using System.Text.Json.Nodes;
using FsCheck.Xunit;
using Topaz.Evaluation;
using Topaz.Particles;
using Xunit;

namespace Topaz.Tests;

public class ParticleMatchingTests
{
    [SkippableFact]
    public void Assignments_are_the_reference_ones()
    {
        foreach (JsonNode? golden in Goldens.Require()["match"]!["cases"]!.AsArray())
        {
            MatchResult result = ParticleMatching.Match(
                ParticlesOf(golden!["preds"]!), ParticlesOf(golden["targets"]!), (double)golden["radius"]!);

            double[] expected = Goldens.Numbers(golden["assignment"]!), distances = Goldens.Numbers(golden["dist"]!);
            Assert.Equal(expected, result.TargetOf.Select(target => target >= 0 ? 1.0 : 0.0));
            Assert.All(Enumerable.Range(0, expected.Length).Where(i => expected[i] == 1), i => Assert.Equal(distances[i], result.Distances[i], 1e-12));
        }

        static Particle[] ParticlesOf(JsonNode list) =>
            [.. list.AsArray().Select(pair => new Particle((double)pair![0]!, (double)pair[1]!))];
    }

    [Property]
    public void The_sum_is_the_least_of_all_assignments(int seed)
    {
        RandomStream random = new((ulong)seed);
        const double radius = 4;
        // Six of each in a small square: one tangled cluster, small enough to try every assignment.
        Particle[] predictions = Draw(6), targets = Draw(6);

        MatchResult result = ParticleMatching.Match(predictions, targets, radius);

        Assert.Equal(Least(0, 0), result.Distances.Where(double.IsFinite).Sum(distance => distance * distance - radius * radius), 1e-9);
        int[] taken = [.. result.TargetOf.Where(target => target >= 0)];
        Assert.Equal(taken.Length, taken.Distinct().Count());
        Assert.All(result.Distances, distance => Assert.True(distance < radius || double.IsPositiveInfinity(distance)));

        Particle[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => new Particle(10 * random.NextDouble() - 5, 10 * random.NextDouble() - 5))];

        double Least(int prediction, int used)
        {
            if (prediction == predictions.Length)
                return 0;
            double least = Least(prediction + 1, used);
            for (int j = 0; j < targets.Length; j++)
            {
                double cost = Math.Pow(predictions[prediction].X - targets[j].X, 2) + Math.Pow(predictions[prediction].Y - targets[j].Y, 2) - radius * radius;
                if ((used & (1 << j)) == 0 && cost < 0)
                    least = Math.Min(least, cost + Least(prediction + 1, used | (1 << j)));
            }

            return least;
        }
    }

    [Fact]
    public void A_match_is_strictly_closer_than_the_radius_and_emptiness_is_no_trouble()
    {
        Assert.Equal(0, ParticleMatching.Match([new(0, 0)], [new(3, 4)], 5).MatchedCount);
        Assert.Equal(1, ParticleMatching.Match([new(0, 0)], [new(3, 4)], 5.0001).MatchedCount);
        Assert.Empty(ParticleMatching.Match([], [new(3, 4)], 5).TargetOf);
        Assert.Equal([-1], ParticleMatching.Match([new(0, 0)], [], 5).TargetOf);
        Assert.Throws<ArgumentOutOfRangeException>(() => ParticleMatching.Match([], [], 0));
    }
}
