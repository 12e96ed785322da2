using Topaz.Search;

namespace Topaz.Tests;

public sealed class SuccessiveHalvingTests
{
    [Theory]
    [InlineData(9, 3, new[] { 1, 3, 9 })]
    [InlineData(10, 3, new[] { 1, 3, 10 })]
    [InlineData(2, 3, new[] { 2 })]
    [InlineData(9, 1, new[] { 9 })]
    [InlineData(100, 2, new[] { 33, 100 })]
    public void RungsEndAtAllEpochs(int epochs, int rungs, int[] expected) => Assert.Equal(expected, new SuccessiveHalving(epochs, rungs).Rungs);

    [Fact]
    public void TheBestThirdGoesOn()
    {
        var halving = new SuccessiveHalving(9);
        RungResult[] two = [new(1, 1, 0.5, true), new(2, 1, 0.9, true)];
        Assert.Null(halving.Promotable(two, isLast: false));
        RungResult[] three = [.. two, new(3, 1, 0.7, true)];
        Assert.Equal((2, 1), halving.Promotable(three, isLast: false));
        // It is on its way: no one else is among the best third.
        Assert.Null(halving.Promotable([three[0], three[1] with { IsWaiting = false }, three[2]], isLast: false));
        // Equal values: the earlier trial.
        Assert.Equal((1, 1), halving.Promotable([.. three.Select(result => result with { Value = 1 })], isLast: false));
    }

    [Fact]
    public void TheDefaultsGoToTheEndAtOnce()
    {
        var halving = new SuccessiveHalving(9);
        Assert.Equal((0, 1), halving.Promotable([new(0, 1, 0.1, true)], isLast: false));
        Assert.Equal((0, 3), halving.Promotable([new(0, 1, 0.1, true), new(0, 3, 0.1, true), new(1, 1, 0.9, true)], isLast: false));
        Assert.Null(halving.Promotable([new(0, 1, 0.1, false), new(0, 3, 0.1, false), new(0, 9, 0.1, false), new(1, 1, 0.9, true)], isLast: false));
    }

    [Fact]
    public void AnotherThanTheDefaultsReachesTheTop()
    {
        var halving = new SuccessiveHalving(9);
        RungResult[] defaults = [new(0, 1, 0.9, false), new(0, 3, 0.9, false), new(0, 9, 0.9, false)];
        RungResult[] two = [.. defaults, new(1, 1, 0.5, true)];
        Assert.Null(halving.Promotable(two, isLast: false));
        Assert.Equal((1, 1), halving.Promotable(two, isLast: true));
        Assert.Equal((1, 3), halving.Promotable([.. two, new(1, 3, 0.8, true)], isLast: true));
        // Three others are enough for one of them to go on, the defaults being out of competition.
        Assert.Equal((2, 1), halving.Promotable([.. two, new(2, 1, 0.6, true), new(3, 1, 0.4, true)], isLast: false));
        Assert.Null(halving.Promotable([.. two.Select(result => result with { IsWaiting = false }), new(1, 3, 0.8, false), new(1, 9, 0.8, false)], isLast: true));
    }

    [Fact]
    public void SomeoneReachesTheTop()
    {
        var halving = new SuccessiveHalving(9);
        RungResult[] two = [new(1, 1, 0.5, true), new(2, 1, 0.9, true)];
        Assert.Equal((2, 1), halving.Promotable(two, isLast: true));
        Assert.Equal((2, 3), halving.Promotable([.. two, new(2, 3, 0.9, true)], isLast: true));
        Assert.Null(halving.Promotable([two[0], two[1] with { IsWaiting = false }, new(2, 3, 0.9, false), new(2, 9, 0.9, false)], isLast: true));
        // While another works, it may still be the one.
        Assert.Null(halving.Promotable([two[0], two[1] with { IsWaiting = false }], isLast: true));
        // One that failed is not waited for.
        Assert.Equal((1, 1), halving.Promotable([two[0], two[1] with { IsWaiting = false, HasFailed = true }], isLast: true));
        Assert.Null(halving.Promotable([], isLast: true));
    }
}
