using System.Runtime.InteropServices;

namespace Topaz.Compute;

/// <summary>Floats outside the garbage-collected heap, aligned to a cache line and zero at first.</summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    private const int Alignment = 64;

    public NativeBuffer(long length)
    {
        Length = length;
        Data = (float*)NativeMemory.AlignedAlloc(checked((nuint)Math.Max(length, 16) * sizeof(float)), Alignment);
        NativeMemory.Clear(Data, (nuint)length * sizeof(float));
    }

    ~NativeBuffer() => Free();

    public float* Data { get; private set; }

    public long Length { get; }

    public Span<float> Span(long start, int length) => new(Data + start, length);

    public void Clear() => NativeMemory.Clear(Data, (nuint)Length * sizeof(float));

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(Data);
        Data = null;
    }
}
