using System.Numerics;
using MathNet.Numerics.IntegralTransforms;
using Topaz.Images;
using Xunit;

namespace Topaz.Tests;

public sealed unsafe class FftTests
{
    /// <summary>1 and 2; powers; odd; a product of all small radices; primes with the direct butterfly (127) and without
    /// (131, 4093); the sides of detectors.</summary>
    public static TheoryData<int> Lengths =>
        [1, 2, 3, 4, 5, 6, 8, 9, 12, 35, 60, 101, 127, 131, 2 * 131, 1000, 2310, 3710, 3838, 4093, 4096, 5760, 7676];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Every_lane_equals_the_transform_in_double_precision(int length)
    {
        Complex[][] signals = Signals(length);
        Complex[][] transformed = Run(signals, inverse: false);
        for (int lane = 0; lane < signals.Length; lane++)
        {
            Complex[] expected = [.. signals[lane]];
            Fourier.Forward(expected, FourierOptions.AsymmetricScaling);
            // Single precision: the error grows with the number of passes, not with the length.
            AssertClose(expected, transformed[lane], relative: 1e-6);
        }
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Inverse_after_forward_multiplies_by_the_length(int length)
    {
        Complex[][] signals = Signals(length);
        Complex[][] back = Run(Run(signals, inverse: false), inverse: true);
        for (int lane = 0; lane < signals.Length; lane++)
            AssertClose(signals[lane], [.. back[lane].Select(value => value / length)], relative: 1e-6);
    }

    private static Complex[][] Signals(int length)
    {
        RandomStream random = new(7, (uint)length);
        Complex[][] signals = new Complex[Fft.Lanes][];
        for (int lane = 0; lane < signals.Length; lane++)
        {
            signals[lane] = new Complex[length];
            for (int i = 0; i < length; i++)
                signals[lane][i] = new((float)random.NextGaussian(), (float)random.NextGaussian());
        }

        return signals;
    }

    private static Complex[][] Run(Complex[][] signals, bool inverse)
    {
        int length = signals[0].Length;
        Fft fft = new(length);
        FftBuffer buffer = new(2 * length + fft.ScratchLength);
        Vector<float>* re = buffer.Start, im = re + length;
        for (int lane = 0; lane < signals.Length; lane++)
        {
            for (int i = 0; i < length; i++)
            {
                ((float*)(re + i))[lane] = (float)signals[lane][i].Real;
                ((float*)(im + i))[lane] = (float)signals[lane][i].Imaginary;
            }
        }

        if (inverse)
            fft.Inverse(re, im, im + length);
        else
            fft.Forward(re, im, im + length);
        Complex[][] result = [.. signals.Select(
            (_, lane) => Enumerable.Range(0, length).Select(i => new Complex(re[i][lane], im[i][lane])).ToArray())];
        GC.KeepAlive(buffer);
        return result;
    }

    private static void AssertClose(Complex[] expected, Complex[] actual, double relative)
    {
        double difference = Math.Sqrt(expected.Zip(actual, (e, a) => (e - a).Magnitude * (e - a).Magnitude).Sum());
        double norm = Math.Sqrt(expected.Sum(e => e.Magnitude * e.Magnitude));
        Assert.True(difference <= relative * norm, $"relative error {difference / norm:g3} exceeds {relative:g3}");
    }
}
