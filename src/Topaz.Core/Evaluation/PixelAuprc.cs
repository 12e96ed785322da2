using Topaz.Images;
using Topaz.Particles;

namespace Topaz.Evaluation;

/// <summary>How well a score map tells pixels on particles from pixels beside them.</summary>
public static class PixelAuprc
{
    /// <summary>Average precision over the pixels of all maps together, the targets being discs around the particles.</summary>
    /// <param name="scoreMaps">Score maps, taken one after the other: only 4 bytes per pixel are kept.</param>
    /// <param name="targets">Labels, in pixels of the maps.</param>
    /// <param name="radius">Radius of the discs, in pixels; they are clipped at borders and count once where they overlap.</param>
    /// <returns>Σ precision · Δrecall, tied scores as one; 0 when no target lies in the maps.</returns>
    /// <exception cref="ArgumentException">A score is NaN.</exception>
    public static double Compute(IEnumerable<Micrograph> scoreMaps, ParticleTable targets, int radius)
    {
        ArgumentNullException.ThrowIfNull(scoreMaps);
        ArgumentNullException.ThrowIfNull(targets);
        RankedScores ranked = new();
        foreach (Micrograph map in scoreMaps)
            ranked.Add(map.Pixels, Disc.Mask(map.Width, map.Height, targets[map.Name], radius));
        ranked.Sort();
        double sum = 0;
        int before = 0;
        while (ranked.Next(out _))
        {
            sum += (double)ranked.Hits / ranked.Predictions * (ranked.Hits - before);
            before = ranked.Hits;
        }

        return ranked.AllHits == 0 ? 0 : sum / ranked.AllHits;
    }
}
