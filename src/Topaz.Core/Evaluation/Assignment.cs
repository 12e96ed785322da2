namespace Topaz.Evaluation;

/// <summary>
/// The cheapest one-to-one assignment of sources (predictions) to some of their targets, where a source may stay alone at cost 0.
/// </summary>
/// <remarks>
/// Shortest augmenting paths with target prices p. Between searches, for an assigned source i with target t:
/// cost(i,j) − p(j) ≥ cost(i,t) − p(t) for all its targets j (and ≤ 0 by staying alone), so path lengths are sums of
/// non-negative terms and Dijkstra's algorithm applies.
/// </remarks>
internal sealed class Assignment(ParticleMatching.Pair[][] pairs, int targetCount)
{
    private readonly int[] _targetOf = Filled(pairs.Length);
    private readonly int[] _sourceOf = Filled(targetCount);
    private readonly double[] _price = new double[targetCount];
    private readonly double[] _costOf = new double[pairs.Length];

    // The state of one search; only what it touched is cleared afterwards, so a short search costs little.
    private readonly double[] _length = Lengths(targetCount);
    private readonly int[] _cameFrom = new int[targetCount];
    private readonly bool[] _settled = new bool[targetCount];
    private readonly List<int> _touched = [];
    private readonly PriorityQueue<int, double> _frontier = new();

    /// <summary>For each source its target, or −1.</summary>
    public int[] Solve()
    {
        for (int source = 0; source < pairs.Length; source++)
            Augment(source);
        return _targetOf;
    }

    private void Augment(int start)
    {
        // The cheapest way to end the path: at a free target, or by leaving some source of the path alone.
        int aloneSource = start;
        double aloneLength = 0;
        int freeTarget = -1;
        Relax(start, 0);
        while (_frontier.TryDequeue(out int target, out double length))
        {
            if (_settled[target] || length > _length[target])
                continue;
            if (length >= aloneLength)
                break;
            int source = _sourceOf[target];
            if (source < 0)
            {
                freeTarget = target;
                break;
            }

            _settled[target] = true;
            // The matched pair has length 0, so the source is reached at the length of its target.
            double reached = length - (_costOf[source] - _price[target]);
            if (reached < aloneLength)
                (aloneLength, aloneSource) = (reached, source);
            Relax(source, reached);
        }

        double end = freeTarget >= 0 ? _length[freeTarget] : aloneLength;
        foreach (int target in _touched)
        {
            if (_settled[target])
                _price[target] += _length[target] - end;
        }

        Flip(start, freeTarget, aloneSource);
        foreach (int target in _touched)
            (_length[target], _settled[target]) = (double.PositiveInfinity, false);
        _touched.Clear();
        _frontier.Clear();
    }

    /// <summary>Offers all targets of a source a path through it; <paramref name="reached"/> is the length to the source less its own price.</summary>
    private void Relax(int source, double reached)
    {
        foreach (ParticleMatching.Pair pair in pairs[source])
        {
            double length = reached + pair.Cost - _price[pair.Target];
            if (_settled[pair.Target] || length >= _length[pair.Target])
                continue;
            if (double.IsPositiveInfinity(_length[pair.Target]))
                _touched.Add(pair.Target);
            _length[pair.Target] = length;
            _cameFrom[pair.Target] = source;
            _frontier.Enqueue(pair.Target, length);
        }
    }

    /// <summary>Hands targets along the path: each source on it takes the target that the path reached through it.</summary>
    private void Flip(int start, int freeTarget, int aloneSource)
    {
        int target = freeTarget >= 0 ? freeTarget : _targetOf[aloneSource];
        if (freeTarget < 0)
            _targetOf[aloneSource] = -1;
        if (target < 0)
            return;
        for (int source = -1; source != start;)
        {
            source = _cameFrom[target];
            int given = _targetOf[source];
            _targetOf[source] = target;
            _sourceOf[target] = source;
            _costOf[source] = Array.Find(pairs[source], pair => pair.Target == target).Cost;
            target = given;
        }
    }

    private static int[] Filled(int length)
    {
        int[] values = new int[length];
        Array.Fill(values, -1);
        return values;
    }

    private static double[] Lengths(int length)
    {
        double[] values = new double[length];
        Array.Fill(values, double.PositiveInfinity);
        return values;
    }
}
