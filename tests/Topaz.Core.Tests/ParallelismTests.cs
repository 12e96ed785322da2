using System.Collections.Concurrent;
using FsCheck.Xunit;
using Xunit;

namespace Topaz.Tests;

public sealed class ParallelismTests
{
    [Property]
    public void A_loop_fails_as_a_plain_one_does(byte first, byte second, byte threads)
    {
        int lower = Math.Min(first, second);
        ConcurrentBag<int> done = [];

        TopazException failure = Assert.Throws<TopazException>(() => Parallelism.For(256, threads % 5, i =>
        {
            if (i == first || i == second)
                throw new TopazException($"{i}");
            done.Add(i);
        }));

        Assert.Equal($"{lower}", failure.Message);
        Assert.Equal(lower, done.Count(i => i < lower));
    }

    [Fact]
    public void Every_index_is_worked_on_once()
    {
        ConcurrentBag<int> done = [];
        Parallelism.For(1000, 0, done.Add);
        Assert.Equal(Enumerable.Range(0, 1000), done.Order());
    }
}
