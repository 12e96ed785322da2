using System.Runtime.InteropServices;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace Topaz.TorchSharp;

/// <summary>Numbers to and from libtorch.</summary>
internal static class TensorData
{
    /// <summary>A tensor in main memory with the values and the shape of one of our own.</summary>
    public static Tensor Create(Networks.Tensor source) => torch.tensor(source.Data, [.. source.Shape.Select(size => (long)size)]);

    /// <summary>The values, row-major. Many times faster than TorchSharp's accessor, which walks value by value.</summary>
    public static float[] Floats(Tensor source)
    {
        using var scope = torch.NewDisposeScope();
        return MemoryMarshal.Cast<byte, float>(source.detach().cpu().contiguous().bytes).ToArray();
    }
}
