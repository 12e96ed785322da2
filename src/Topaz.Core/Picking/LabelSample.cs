using System.Globalization;
using Topaz.Images;
using Topaz.Particles;

namespace Topaz.Picking;

/// <summary>A few labelled micrographs as they were given, to learn from before all are read and prepared.</summary>
/// <param name="Micrographs">Those with the most labels, at most <see cref="Most"/>.</param>
/// <param name="Labels">Labels, in pixels of the micrographs.</param>
public sealed record LabelSample(IReadOnlyList<Micrograph> Micrographs, ParticleTable Labels)
{
    /// <summary>So many are enough.</summary>
    public const int Most = 4;

    /// <summary>Whether the micrographs look normalised, as those of 'topaz preprocess' do.</summary>
    public bool IsNormalized => Micrographs.All(LooksNormalized);

    /// <summary>Says what is likely wrong with the scale of the labels, and the remedy; null where nothing is, or nothing can be told.</summary>
    public string? Suspicion => LabelScale.Suspect(Micrographs, Labels);

    /// <summary>
    /// The particle's radius in pixels of the micrographs, as the labels show it; null where they show nothing. It has as many digits as mean anything, and so is the same on all processors.
    /// </summary>
    public double? Radius => LabelBlob.Measure(Micrographs, Labels) is { IsSeen: true, Radius: var radius }
        ? double.Parse(radius.ToString("G3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
        : null;

    /// <summary>Whether grey values have a mean of about 0 and a standard deviation of about 1; networks learn little from others.</summary>
    public static bool LooksNormalized(Micrograph micrograph)
    {
        ArgumentNullException.ThrowIfNull(micrograph);
        return Moments.Of(micrograph.Pixels) is ( >= -2 and <= 2, >= 0.2 and <= 5);
    }
}
