using System.Numerics;

namespace Topaz.Images;

/// <summary>Vectors at a fixed address on a cache line's border, for <see cref="Fft"/>; the garbage collector frees
/// them.</summary>
internal sealed unsafe class FftBuffer
{
    private const int CacheLine = 64;

    // Never read: it keeps alive what Start points to.
    private readonly byte[] _bytes;

    public FftBuffer(long vectors)
    {
        _bytes = GC.AllocateUninitializedArray<byte>(checked((int)(vectors * sizeof(Vector<float>) + CacheLine)), pinned: true);
        fixed (byte* start = _bytes)
            Start = (Vector<float>*)(((nuint)start + CacheLine - 1) / CacheLine * CacheLine);
    }

    public Vector<float>* Start { get; }
}
