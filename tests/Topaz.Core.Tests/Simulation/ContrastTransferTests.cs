using Topaz.Simulation;
using Xunit;

namespace Topaz.Tests;

public class ContrastTransferTests
{
    /// <summary>Textbook wavelengths in pm.</summary>
    [Theory]
    [InlineData(100, 3.701)]
    [InlineData(200, 2.508)]
    [InlineData(300, 1.969)]
    public void Wavelength_is_that_of_the_textbook(double voltage, double picometres) =>
        Assert.Equal(picometres, 100 * new ContrastTransfer { Voltage = voltage }.Wavelength, 0.001);

    /// <summary>sin χ = 0 where χ = n π, which is quadratic in k².</summary>
    [Theory]
    [InlineData(1.2, 300, 2.7, 0.08)]
    [InlineData(2.8, 300, 2.7, 0.08)]
    [InlineData(0.7, 200, 2.0, 0.1)]
    public void Zeros_lie_where_the_phase_is_a_multiple_of_pi(double defocus, double voltage, double aberration, double amplitude)
    {
        var transfer = new ContrastTransfer
        {
            Defocus = defocus,
            Voltage = voltage,
            SphericalAberration = aberration,
            AmplitudeContrast = amplitude,
            BFactor = 0,
        };
        double wavelength = voltage == 300 ? 0.0196875 : 0.0250793;
        double quadratic = Math.PI / 2 * (aberration * 1e7) * Math.Pow(wavelength, 3);
        double linear = Math.PI * wavelength * (defocus * 1e4);
        for (int n = 1; n <= 4; n++)
        {
            double rest = n * Math.PI - Math.Asin(amplitude);
            double zero = Math.Sqrt((linear - Math.Sqrt(linear * linear - 4 * quadratic * rest)) / (2 * quadratic));
            Assert.Equal(0, transfer.At(zero), 1e-3);
            // It changes sign there, from negative below the first one.
            Assert.Equal(n % 2 == 1 ? -1 : 1, Math.Sign(transfer.At(0.98 * zero)));
            Assert.Equal(n % 2 == 1 ? 1 : -1, Math.Sign(transfer.At(1.02 * zero)));
        }

        Assert.Equal(-amplitude, transfer.At(0), 1e-12);
    }

    [Fact]
    public void Envelope_falls_with_the_b_factor()
    {
        var sharp = new ContrastTransfer { BFactor = 0 };
        Assert.Equal(Math.Exp(-1), (sharp with { BFactor = 400 }).At(0.1) / sharp.At(0.1), 1e-12);
    }

    [Theory]
    [InlineData(3, 0)]
    [InlineData(0, 5)]
    [InlineData(7, 11)]
    [InlineData(-7, 11)]
    [InlineData(16, 0)]
    [InlineData(16, 16)]
    public void A_wave_is_multiplied_by_the_transfer_at_its_frequency(int u, int v)
    {
        const int Size = 32;
        const double PixelSize = 4;
        var transfer = new ContrastTransfer { Defocus = 1.5 };
        float[] wave = new float[Size * Size];
        for (int i = 0; i < wave.Length; i++)
            wave[i] = (float)Math.Cos(2 * Math.PI * (u * (i % Size) + v * (i / Size)) / Size);
        float[] filtered = new RadialTransfer(Size, PixelSize, transfer.At).Apply(wave);
        double gain = transfer.At(Math.Sqrt(u * u + v * v) / (Size * PixelSize));
        Assert.All(wave.Zip(filtered), pair => Assert.Equal(gain * pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void Mean_square_is_the_power_of_the_point_spread()
    {
        const int Size = 32;
        var transfer = new RadialTransfer(Size, 4, new ContrastTransfer().At);
        float[] point = new float[Size * Size];
        point[5 * Size + 9] = 1;
        Assert.Equal(transfer.Apply(point).Sum(value => (double)value * value), transfer.MeanSquare(), 1e-6);
    }
}
