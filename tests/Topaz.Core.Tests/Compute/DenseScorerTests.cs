using Topaz.Compute;
using Topaz.Images;
using Topaz.Networks;
using Xunit;

namespace Topaz.Tests.Compute;

public class DenseScorerTests
{
    public static TheoryData<SimdLevel> Levels { get; } = [.. Enum.GetValues<SimdLevel>().Where(level => level <= Kernels.Best)];

    [Theory]
    [MemberData(nameof(Levels))]
    public void EveryVectorWidthAgrees(SimdLevel level)
    {
        Architecture architecture = ArchitectureFactory.Create(new ArchitectureOptions { Units = 12 });
        Weights weights = RandomWeights.Create(architecture);
        Micrograph image = RandomWeights.Image(90, 85);
        // All widths fuse multiply and add and sum in the same order; they agree to the last bit.
        Assert.Equal(
            Score(architecture, weights, image, SimdLevel.Portable).Pixels, Score(architecture, weights, image, level).Pixels);
    }

    [Fact]
    public void ScoresDoNotDependOnThreadsOrTiles()
    {
        Architecture architecture = ArchitectureFactory.Create(new ArchitectureOptions { Name = "conv31", Units = 5 });
        Weights weights = RandomWeights.Create(architecture);
        Micrograph image = RandomWeights.Image(600, 270);
        float[] one = Score(architecture, weights, image, threads: 1).Pixels;
        Assert.Equal(one, Score(architecture, weights, image, threads: 2).Pixels);
        Assert.Equal(one, Score(architecture, weights, image, threads: 7).Pixels);
    }

    private static Micrograph Score(
        Architecture architecture, Weights weights, Micrograph image, SimdLevel? level = null, int threads = 0)
    {
        using IScorer scorer = new CpuBackend(threads, level).CreateScorer(Model(architecture, weights));
        return scorer.Score(image);
    }

    private static PickerModel Model(Architecture architecture, Weights weights) =>
        new(architecture, weights, Preprocessing.None);
}
