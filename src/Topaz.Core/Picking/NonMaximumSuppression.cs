using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Topaz.Images;
using Topaz.Particles;

namespace Topaz.Picking;

/// <summary>Greedy non-maximum suppression: from a map of scores to particles.</summary>
public static class NonMaximumSuppression
{
    /// <summary>How many candidates each round looks at for one that the round before did.</summary>
    private const int Growth = 8;

    /// <summary>
    /// Takes the best pixel above the threshold, suppresses every pixel within <paramref name="radius"/> of it
    /// (dx² + dy² ≤ r²), and goes on with the rest.
    /// </summary>
    /// <param name="map">Scores; NaN is never picked.</param>
    /// <param name="radius">Least distance between two picks, in pixels of the map; two picks are farther apart than this.</param>
    /// <param name="threshold">Scores must be greater than this.</param>
    /// <returns>Picks at whole pixels of the map, best first; equal scores in row-major order.</returns>
    /// <remarks>
    /// Only candidates that nothing suppresses need sorting, and the best few suppress almost all. So the best are sorted and
    /// walked through first, some for each disc that fits on the map; then the best of what is left; and so on, down to the
    /// threshold. Any choice of rounds gives the same picks.
    /// </remarks>
    public static List<Particle> Pick(Micrograph map, int radius, float threshold)
    {
        ArgumentNullException.ThrowIfNull(map);
        int[] halfWidths = Disc.HalfWidths(radius);
        float[] scores = map.Pixels;
        ulong[] candidates = ArrayPool<ulong>.Shared.Rent(scores.Length);
        // What is suppressed becomes NaN, which is greater than nothing.
        float[] left = scores.AsSpan().ToArray();
        List<Particle> picks = [];
        foreach (float level in Levels(scores, threshold, (double)Growth / Disc.PixelCount(radius)))
        {
            int count = Collect(left, level, candidates);
            // Candidates come in index order, so a stable sort by score alone leaves ties in it.
            RadixSort.Sort(candidates.AsSpan(0, count), lowBit: 32);
            foreach (ulong candidate in candidates.AsSpan(0, count))
            {
                int i = (int)(uint)candidate;
                if (float.IsNaN(left[i]))
                    continue;
                (int y, int x) = Math.DivRem(i, map.Width);
                picks.Add(new Particle(x, y, scores[i]));
                Disc.Fill(left, map.Width, map.Height, x, y, halfWidths, float.NaN);
            }
        }

        ArrayPool<ulong>.Shared.Return(candidates);
        return picks;
    }

    /// <summary>
    /// The scores above which each round looks, the threshold last: first for about <paramref name="share"/> of all candidates,
    /// then for <see cref="Growth"/> times as many each time. A sample tells.
    /// </summary>
    private static List<float> Levels(float[] scores, float threshold, double share)
    {
        // An odd step, so that the sample does not run down a few columns of the map.
        const int Step = 127;
        uint[] sample = new uint[(scores.Length + Step - 1) / Step];
        int count = 0;
        for (int i = 0; i < scores.Length; i += Step)
        {
            if (scores[i] > threshold)
                sample[count++] = RadixSort.Descending(scores[i]);
        }

        sample.AsSpan(0, count).Sort();
        List<float> levels = [];
        for (; share < 1; share *= Growth)
        {
            if ((int)(share * count) is > 0 and int rank)
                levels.Add(RadixSort.Score(sample[rank]));
        }

        levels.Add(threshold);
        return levels;
    }

    /// <summary>Lists, in index order, the scores above <paramref name="level"/>: keys to sort by, and indices.</summary>
    /// <returns>How many there are.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Collect(ReadOnlySpan<float> scores, float level, Span<ulong> candidates)
    {
        int count = 0, i = 0;
        for (; i <= scores.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Vector256<float> block = Vector256.LoadUnsafe(in scores[i]);
            uint above = Vector256.GreaterThan(block, Vector256.Create(level)).ExtractMostSignificantBits();
            for (; above != 0; above &= above - 1)
                candidates[count++] = Candidate(scores, i + BitOperations.TrailingZeroCount(above));
        }

        for (; i < scores.Length; i++)
        {
            if (scores[i] > level)
                candidates[count++] = Candidate(scores, i);
        }

        return count;
    }

    private static ulong Candidate(ReadOnlySpan<float> scores, int i) =>
        (ulong)RadixSort.Descending(scores[i]) << 32 | (uint)i;
}
