namespace Topaz.Simulation;

/// <summary>The contrast transfer function of an electron microscope, with a Gaussian envelope.</summary>
/// <remarks>Rohou and Grigorieff, "CTFFIND4", J. Struct. Biol. 192, 2015, equations 2 to 5, without astigmatism:
/// CTF(k) = −sin(χ(k)) exp(−B k² / 4), χ(k) = π λ Δf k² − ½ π C<sub>s</sub> λ³ k⁴ + asin(A). It is negative at low
/// frequencies, so that protein, denser than ice, comes out darker.</remarks>
public sealed record ContrastTransfer
{
    /// <summary>Underfocus in µm.</summary>
    public double Defocus { get; init; } = 2;

    /// <summary>Acceleration voltage in kV.</summary>
    public double Voltage { get; init; } = 300;

    /// <summary>Spherical aberration in mm.</summary>
    public double SphericalAberration { get; init; } = 2.7;

    /// <summary>Fraction of amplitude contrast.</summary>
    public double AmplitudeContrast { get; init; } = 0.1;

    /// <summary>B factor of the envelope in Å².</summary>
    public double BFactor { get; init; } = 200;

    /// <summary>The electrons' relativistic wavelength in Å.</summary>
    public double Wavelength
    {
        get
        {
            double volts = Voltage * 1e3;
            return 12.2643 / Math.Sqrt(volts * (1 + 0.978466e-6 * volts));
        }
    }

    /// <summary>The phase shift χ in radians at <paramref name="frequency"/> in 1/Å.</summary>
    public double Phase(double frequency)
    {
        double k2 = frequency * frequency, wavelength = Wavelength;
        return Math.PI * wavelength * k2 * (Defocus * 1e4 - 0.5 * SphericalAberration * 1e7 * wavelength * wavelength * k2)
            + Math.Asin(AmplitudeContrast);
    }

    /// <summary>The transfer at <paramref name="frequency"/> in 1/Å; between −1 and 1.</summary>
    public double At(double frequency) =>
        -Math.Sin(Phase(frequency)) * Math.Exp(-0.25 * BFactor * frequency * frequency);
}
