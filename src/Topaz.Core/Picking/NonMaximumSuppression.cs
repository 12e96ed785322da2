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
    /// <summary>How many candidates the first round looks at for each disc that fits on the map: few, since more only cost sorting,
    /// but enough that what they leave of the map is small. From 2 to 8 it hardly matters.</summary>
    private const int PerDisc = 4;

    /// <summary>How many times as many of all candidates each round reaches as the one before. Picks so far suppress most of
    /// them, so even a large step leaves little to sort, and each round walks through what is left of the map.</summary>
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
    /// walked through first, some for each disc that fits on the map; then the best of what remains; and so on, down to the
    /// threshold. Any choice of rounds gives the same picks.
    /// </remarks>
    public static List<Particle> Pick(Micrograph map, int radius, float threshold)
    {
        ArgumentNullException.ThrowIfNull(map);
        float[] scores = map.Pixels;
        SuppressedPixels suppressed = new(map.Width, map.Height, radius);
        ulong[] remaining = new ulong[suppressed.Words.Length];
        List<Particle> picks = [];
        foreach (float level in Levels(scores, threshold, (double)PerDisc / Disc.PixelCount(radius)))
        {
            int count = Mark(remaining, scores, level, suppressed.Words);
            ulong[] candidates = ArrayPool<ulong>.Shared.Rent(count);
            List(candidates, scores, remaining);
            // Candidates come in index order, so a stable sort by score alone leaves ties in it.
            RadixSort.Sort(candidates.AsSpan(0, count), lowBit: 32);
            foreach (ulong candidate in candidates.AsSpan(0, count))
            {
                int i = (int)(uint)candidate;
                if (suppressed[i])
                    continue;
                (int y, int x) = Math.DivRem(i, map.Width);
                picks.Add(new Particle(x, y, scores[i]));
                suppressed.AddDisc(x, y);
            }

            ArrayPool<ulong>.Shared.Return(candidates);
        }

        return picks;
    }

    /// <summary>
    /// The scores above which each round looks, the threshold last: first for about <paramref name="share"/> of all candidates,
    /// then for <see cref="Growth"/> times as many each time. A sample tells.
    /// </summary>
    private static List<float> Levels(float[] scores, float threshold, double share)
    {
        // An odd step, so that the sample does not run down a few columns of the map.
        const int Step = 509;
        uint[] sample = new uint[(scores.Length - 1) / Step + 1];
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

    /// <summary>Sets a bit in <paramref name="remaining"/> for each pixel with a score above <paramref name="level"/> that nothing
    /// suppresses, and clears all others.</summary>
    /// <returns>How many there are.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Mark(Span<ulong> remaining, ReadOnlySpan<float> scores, float level, ReadOnlySpan<ulong> suppressed)
    {
        int count = 0;
        for (int word = 0; word < suppressed.Length; word++)
        {
            ulong marks = 0;
            // Late rounds find most words full, and need not look at their scores.
            if (suppressed[word] != ulong.MaxValue)
            {
                marks = Above(scores[(word * 64)..], level) & ~suppressed[word];
                count += BitOperations.PopCount(marks);
            }

            remaining[word] = marks;
        }

        return count;
    }

    /// <summary>A bit for each of the first 64 scores, or of all if fewer: whether it is above <paramref name="level"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Above(ReadOnlySpan<float> scores, float level)
    {
        ulong above = 0;
        if (scores.Length >= 64)
        {
            for (int i = 0; i < 64; i += Vector512<float>.Count)
                above |= Vector512.GreaterThan(Vector512.Create(scores[i..]), Vector512.Create(level)).ExtractMostSignificantBits() << i;
        }
        else
        {
            for (int i = 0; i < scores.Length; i++)
                above |= scores[i] > level ? 1UL << i : 0;
        }

        return above;
    }

    /// <summary>Lists the marked pixels in index order: keys to sort by, and indices.</summary>
    private static void List(Span<ulong> candidates, ReadOnlySpan<float> scores, ReadOnlySpan<ulong> marks)
    {
        int count = 0;
        for (int word = 0; word < marks.Length; word++)
        {
            for (ulong rest = marks[word]; rest != 0; rest &= rest - 1)
            {
                int i = word * 64 + BitOperations.TrailingZeroCount(rest);
                candidates[count++] = (ulong)RadixSort.Descending(scores[i]) << 32 | (uint)i;
            }
        }
    }
}
