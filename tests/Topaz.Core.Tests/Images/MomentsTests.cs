using FsCheck.Xunit;
using Topaz.Images;
using Xunit;

namespace Topaz.Tests;

public sealed class MomentsTests
{
    [Property]
    public void Vectors_sum_what_a_plain_loop_sums(byte length, short offset)
    {
        RandomStream random = new(11, length);
        float[] values = [.. Enumerable.Range(0, 1 + length).Select(_ => (float)(offset + random.NextGaussian()))];

        (double mean, double deviation) = Moments.Of(values);

        double expected = values.Sum(value => (double)value) / values.Length;
        // Double precision, in another order: the last digits of 255 values.
        Assert.Equal(expected, mean, 1e-13 * (1 + Math.Abs(expected)));
        Assert.Equal(Math.Sqrt(values.Sum(value => (value - expected) * (value - expected)) / values.Length), deviation, 1e-11);
    }
}
