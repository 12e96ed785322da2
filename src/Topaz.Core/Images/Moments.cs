using System.Runtime.Intrinsics;

namespace Topaz.Images;

/// <summary>Mean and standard deviation, summed in double precision, in the same order on every machine.</summary>
public static class Moments
{
    /// <summary>The mean and the population's standard deviation (division by n), in two passes.</summary>
    public static (double Mean, double Deviation) Of(ReadOnlySpan<float> values)
    {
        double mean = Sum(values, 0, squared: false) / values.Length;
        return (mean, Math.Sqrt(Sum(values, mean, squared: true) / values.Length));
    }

    /// <summary>Σ (x − shift) or Σ (x − shift)².</summary>
    private static double Sum(ReadOnlySpan<float> values, double shift, bool squared)
    {
        Vector256<double> shifts = Vector256.Create(shift), sums = default;
        int i = 0;
        for (; i <= values.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            (Vector256<double> low, Vector256<double> high) = Vector256.Widen(Vector256.LoadUnsafe(in values[i]));
            low -= shifts;
            high -= shifts;
            sums += squared ? low * low + high * high : low + high;
        }

        double sum = Vector256.Sum(sums);
        for (; i < values.Length; i++)
            sum += squared ? (values[i] - shift) * (values[i] - shift) : values[i] - shift;
        return sum;
    }
}
