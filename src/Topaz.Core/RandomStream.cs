namespace Topaz;

/// <summary>
/// A counter-based random generator: the draws depend only on the key, so work keyed by (seed, epoch, step, sample) gives the
/// same result whatever the number of threads, and a resumed run continues as if it had never stopped.
/// </summary>
/// <remarks>Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011).</remarks>
public struct RandomStream
{
    private readonly uint _key0, _key1, _c1, _c2, _c3;
    private uint _counter, _r0, _r1, _r2, _r3;
    private int _left;

    /// <summary>Starts the stream that belongs to a seed and up to three indices (for example epoch, step and sample).</summary>
    public RandomStream(ulong seed, uint a = 0, uint b = 0, uint c = 0)
    {
        _key0 = (uint)seed;
        _key1 = (uint)(seed >> 32);
        (_c1, _c2, _c3) = (a, b, c);
    }

    /// <summary>32 uniform random bits.</summary>
    public uint NextUInt32()
    {
        if (_left == 0)
        {
            Block();
            _left = 4;
        }

        return --_left switch { 3 => _r0, 2 => _r1, 1 => _r2, _ => _r3 };
    }

    /// <summary>A uniform double in [0, 1) with 53 random bits.</summary>
    public double NextDouble() => ((((ulong)NextUInt32() << 32) | NextUInt32()) >> 11) * (1.0 / (1UL << 53));

    /// <summary>A uniform integer in [0, <paramref name="bound"/>), free of modulo bias.</summary>
    public int NextInt32(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        // Lemire, "Fast random integer generation in an interval", 2019.
        ulong product = (ulong)NextUInt32() * (uint)bound;
        if ((uint)product < (uint)bound)
        {
            uint threshold = (0u - (uint)bound) % (uint)bound;
            while ((uint)product < threshold)
                product = (ulong)NextUInt32() * (uint)bound;
        }

        return (int)(product >> 32);
    }

    /// <summary>A standard normal draw (Box–Muller).</summary>
    public double NextGaussian() =>
        Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    private void Block()
    {
        uint x0 = _counter++, x1 = _c1, x2 = _c2, x3 = _c3, k0 = _key0, k1 = _key1;
        for (int round = 0; round < 10; round++)
        {
            ulong p0 = (ulong)x0 * 0xD2511F53, p1 = (ulong)x2 * 0xCD9E8D57;
            (x0, x1, x2, x3) = ((uint)(p1 >> 32) ^ x1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ x3 ^ k1, (uint)p0);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }

        (_r0, _r1, _r2, _r3) = (x0, x1, x2, x3);
    }
}
