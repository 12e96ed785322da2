using System.Runtime.InteropServices;

namespace Topaz.Evaluation;

/// <summary>
/// Scores of hits and misses, walked from the best down, equal scores in one step. Kept as two arrays of 32-bit keys: 16 million
/// pixels take 64 MB, and as much again while they are sorted.
/// </summary>
internal sealed class RankedScores
{
    private readonly List<uint> _hits = [], _misses = [];
    private int _nextHit, _nextMiss;

    /// <summary>Hits found so far.</summary>
    public int Hits => _nextHit;

    /// <summary>Hits and misses passed so far.</summary>
    public int Predictions => _nextHit + _nextMiss;

    /// <summary>All hits.</summary>
    public int AllHits => _hits.Count;

    /// <summary>Adds scores before the walk begins.</summary>
    /// <exception cref="ArgumentException">A score is NaN, or the lengths differ.</exception>
    public void Add(ReadOnlySpan<float> scores, ReadOnlySpan<bool> hits)
    {
        if (scores.Length != hits.Length)
            throw new ArgumentException($"{scores.Length} scores do not go with {hits.Length} labels.", nameof(hits));
        // Nearly all pixels are misses.
        _misses.EnsureCapacity(_misses.Count + scores.Length);
        for (int i = 0; i < scores.Length; i++)
        {
            if (float.IsNaN(scores[i]))
                throw new ArgumentException($"Score {i} is not a number and cannot be ranked.", nameof(scores));
            (hits[i] ? _hits : _misses).Add(RadixSort.Descending(scores[i]));
        }
    }

    /// <summary>Goes to the beginning, best scores first.</summary>
    public void Sort()
    {
        RadixSort.Sort(CollectionsMarshal.AsSpan(_hits));
        RadixSort.Sort(CollectionsMarshal.AsSpan(_misses));
        (_nextHit, _nextMiss) = (0, 0);
    }

    /// <summary>Passes all scores that equal the next best one; false when none is left.</summary>
    public bool Next(out float score)
    {
        ReadOnlySpan<uint> hits = CollectionsMarshal.AsSpan(_hits)[_nextHit..], misses = CollectionsMarshal.AsSpan(_misses)[_nextMiss..];
        score = float.NaN;
        if (hits.IsEmpty && misses.IsEmpty)
            return false;
        uint key = Math.Min(hits.IsEmpty ? uint.MaxValue : hits[0], misses.IsEmpty ? uint.MaxValue : misses[0]);
        score = RadixSort.Score(key);
        _nextHit += CountOf(key, hits);
        _nextMiss += CountOf(key, misses);
        return true;
    }

    private static int CountOf(uint key, ReadOnlySpan<uint> sorted)
    {
        int count = 0;
        while (count < sorted.Length && sorted[count] == key)
            count++;
        return count;
    }
}
