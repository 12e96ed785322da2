using System.Buffers;
using Topaz.Images;
using Topaz.Particles;

namespace Topaz.Picking;

/// <summary>Greedy non-maximum suppression: from a map of scores to particles.</summary>
public static class NonMaximumSuppression
{
    /// <summary>
    /// Takes the best pixel above the threshold, suppresses every pixel within <paramref name="radius"/> of it
    /// (dx² + dy² ≤ r²), and goes on with the rest.
    /// </summary>
    /// <param name="map">Scores; NaN is never picked.</param>
    /// <param name="radius">Least distance between two picks, in pixels of the map; two picks are farther apart than this.</param>
    /// <param name="threshold">Scores must be greater than this.</param>
    /// <returns>Picks at whole pixels of the map, best first; equal scores in row-major order.</returns>
    /// <remarks>One stable radix sort of (score, index), then one walk: most candidates cost one look at the suppression mask.</remarks>
    public static List<Particle> Pick(Micrograph map, int radius, float threshold)
    {
        ArgumentNullException.ThrowIfNull(map);
        int[] halfWidths = Disc.HalfWidths(radius);
        float[] scores = map.Pixels;
        ulong[] candidates = ArrayPool<ulong>.Shared.Rent(scores.Length);
        int count = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            // Branch-free: on a noisy map half of the branches would be mispredicted. NaN is not greater.
            candidates[count] = (ulong)RadixSort.Descending(scores[i]) << 32 | (uint)i;
            count += scores[i] > threshold ? 1 : 0;
        }

        // Candidates come in index order, so a stable sort by score alone leaves ties in it.
        RadixSort.Sort(candidates.AsSpan(0, count), lowBit: 32);
        bool[] suppressed = new bool[scores.Length];
        List<Particle> picks = [];
        foreach (ulong candidate in candidates.AsSpan(0, count))
        {
            int i = (int)(uint)candidate;
            if (suppressed[i])
                continue;
            (int y, int x) = Math.DivRem(i, map.Width);
            picks.Add(new Particle(x, y, scores[i]));
            Disc.Fill(suppressed, map.Width, map.Height, x, y, halfWidths);
        }

        ArrayPool<ulong>.Shared.Return(candidates);
        return picks;
    }
}
