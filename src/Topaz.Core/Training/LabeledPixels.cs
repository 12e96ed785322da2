using Topaz.Images;
using Topaz.Particles;

namespace Topaz.Training;

/// <summary>
/// Micrographs and which of their pixels are labelled: those in a disc around a particle, clipped at borders and counted once
/// where discs overlap.
/// </summary>
public sealed class LabeledPixels
{
    private readonly bool[][] _masks;
    private readonly int[][] _positives;
    private readonly long[] _ends;

    /// <summary>Marks the labelled pixels.</summary>
    /// <param name="micrographs">Prepared micrographs.</param>
    /// <param name="particles">Labels, in pixels of these micrographs; those outside of them are ignored.</param>
    /// <param name="radius">Radius of the discs, in pixels.</param>
    /// <param name="purpose">What the micrographs are for ("training", "test"), for messages.</param>
    /// <exception cref="TopazException">There is no micrograph, no label, or nothing but labels on a micrograph.</exception>
    public LabeledPixels(IReadOnlyList<Micrograph> micrographs, ParticleTable particles, int radius, string purpose = "training")
    {
        ArgumentNullException.ThrowIfNull(micrographs);
        ArgumentNullException.ThrowIfNull(particles);
        if (micrographs.Count == 0)
            throw new TopazException($"There is no {purpose} micrograph; list at least one.");
        Micrographs = micrographs;
        _masks = new bool[micrographs.Count][];
        _positives = new int[micrographs.Count][];
        _ends = new long[micrographs.Count];
        for (int i = 0; i < micrographs.Count; i++)
        {
            Micrograph micrograph = micrographs[i];
            IReadOnlyList<Particle> labels = particles[micrograph.Name];
            bool[] mask = _masks[i] = Disc.Mask(micrograph.Width, micrograph.Height, labels, radius);
            _positives[i] = [.. Enumerable.Range(0, mask.Length).Where(pixel => mask[pixel])];
            if (_positives[i].Length == mask.Length)
                throw new TopazException($"Labels of radius {radius} cover all of {purpose} micrograph '{micrograph.Name}'; choose a smaller radius.");
            Labels += labels.Count(label => Disc.TryGetPixel(label, micrograph.Width, micrograph.Height, out _, out _));
            PositiveCount += _positives[i].Length;
            PixelCount += mask.Length;
            _ends[i] = PositiveCount;
        }

        if (PositiveCount == 0)
        {
            throw new TopazException(
                $"None of the {particles.Count} labelled particles lies on one of the {micrographs.Count} {purpose} micrographs; "
                + "make sure that names match and that coordinates are those of the prepared micrographs.");
        }
    }

    /// <summary>The micrographs.</summary>
    public IReadOnlyList<Micrograph> Micrographs { get; }

    /// <summary>Labelled particles on the micrographs.</summary>
    public int Labels { get; }

    /// <summary>Pixels of all micrographs.</summary>
    public long PixelCount { get; }

    /// <summary>Labelled pixels of all micrographs.</summary>
    public long PositiveCount { get; }

    /// <summary>Fraction of the pixels that are labelled.</summary>
    public double ObservedFraction => (double)PositiveCount / PixelCount;

    /// <summary>Whether a pixel is labelled, row-major, of one micrograph.</summary>
    public ReadOnlySpan<bool> Mask(int micrograph) => _masks[micrograph];

    /// <summary>The labelled pixel of that rank, counting through all micrographs.</summary>
    internal (int Micrograph, int Pixel) Positive(long rank)
    {
        int micrograph = Array.FindIndex(_ends, end => rank < end);
        return (micrograph, _positives[micrograph][rank - (_ends[micrograph] - _positives[micrograph].Length)]);
    }
}
