using FsCheck.Xunit;
using Xunit;

namespace Topaz.Tests;

public class RadixSortTests
{
    [Property]
    public void Keys_sort_scores_best_first_and_give_them_back(float[] scores)
    {
        float[] numbers = [.. scores.Append(float.NegativeInfinity).Append(float.Epsilon).Append(-0f).Append(float.MaxValue)
            .Where(score => !float.IsNaN(score))];
        uint[] keys = [.. numbers.Select(RadixSort.Descending)];

        RadixSort.Sort(keys.AsSpan());

        Assert.Equal(numbers.OrderByDescending(score => score), keys.Select(RadixSort.Score));
    }

    [Fact]
    public void Sorting_by_the_high_half_keeps_the_order_of_equals()
    {
        RandomStream random = new(5);
        ulong[] keys = [.. Enumerable.Range(0, 10_000).Select(i => (ulong)random.NextInt32(100) << 56 | (ulong)random.NextInt32(7) << 32 | (uint)i)];
        ulong[] expected = [.. keys.OrderBy(key => key >> 32)];

        RadixSort.Sort(keys.AsSpan(), lowBit: 32);

        Assert.Equal(expected, keys);
    }
}
