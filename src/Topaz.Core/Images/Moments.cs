using System.Numerics;

namespace Topaz.Images;

/// <summary>Mean and standard deviation, summed in double precision.</summary>
internal static class Moments
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
        Vector<double> shifts = new(shift), sums = default;
        int i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(Vector.LoadUnsafe(in values[i]), out Vector<double> low, out Vector<double> high);
            low -= shifts;
            high -= shifts;
            sums += squared ? low * low + high * high : low + high;
        }

        double sum = Vector.Sum(sums);
        for (; i < values.Length; i++)
            sum += squared ? (values[i] - shift) * (values[i] - shift) : values[i] - shift;
        return sum;
    }
}
