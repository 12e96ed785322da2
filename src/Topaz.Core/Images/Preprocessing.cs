namespace Topaz.Images;

/// <summary>How a raw micrograph is turned into the network's input.</summary>
/// <param name="Downsampling">Fourier downsampling factor; 1 for none.</param>
/// <param name="Normalization">How grey values are normalised.</param>
public sealed record Preprocessing(double Downsampling, Normalization Normalization)
{
    /// <summary>Nothing is done.</summary>
    public static Preprocessing None { get; } = new(1, Normalization.None);

    /// <summary>Whether anything is done, so that raw micrographs are wanted.</summary>
    public bool IsAny => this != None;
}

/// <summary>Ways to normalise grey values.</summary>
public enum Normalization
{
    /// <summary>The images are used as they stand, for they were prepared elsewhere.</summary>
    None,

    /// <summary>(x − mean) / standard deviation.</summary>
    Affine,

    /// <summary>(x − μ) / σ of the ice component of a two-component Gaussian mixture.</summary>
    Mixture,
}
