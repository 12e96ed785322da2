using System.Runtime.InteropServices;
using Topaz.Compute;
using Topaz.Images;
using static TorchSharp.torch;

namespace Topaz.TorchSharp;

/// <summary>
/// Cuts, rotates and mirrors crops on the device. Micrographs lie there, one after the other, each with a margin of zeros as wide as a
/// rotated crop reaches; or, where they are too many, the patches around a minibatch's crops are copied there each time.
/// </summary>
/// <remarks>
/// libtorch's own sampler, <c>grid_sample</c>, has bilinear interpolation, which blurs the noise, and cubic with a = −¾; the network's
/// crops are interpolated by cubic convolution with a = −½ (Keys, 1981), the same pixels as on the CPU, hence the sum over 4×4 pixels here.
/// </remarks>
internal sealed class CropGatherer : IDisposable
{
    private readonly IReadOnlyList<Micrograph> _micrographs;
    private readonly Device _device;
    private readonly int _width, _margin;
    private readonly Tensor _columns, _rows, _taps;
    private readonly long[] _offsets;
    private Tensor? _resident;

    /// <param name="micrographs">Normalised micrographs.</param>
    /// <param name="width">Width of a crop.</param>
    /// <param name="device">Where crops are wanted.</param>
    /// <param name="memory">Bytes that all micrographs may take there.</param>
    public CropGatherer(IReadOnlyList<Micrograph> micrographs, int width, Device device, long memory)
    {
        (_micrographs, _width, _device) = (micrographs, width, device);
        // The corner of a rotated crop, and the pixels beside it that interpolation reads.
        _margin = (int)Math.Ceiling(width / 2 * Math.Sqrt(2)) + 3;
        using var scope = NewDisposeScope();
        Tensor axis = arange(-(width / 2), width / 2 + 1, ScalarType.Float32, device);
        _columns = axis.repeat(width).view(1, -1).DetachFromDisposeScope();
        _rows = axis.repeat_interleave(width).view(1, -1).DetachFromDisposeScope();
        _taps = arange(4, ScalarType.Int64, device).view(1, 4, 1).DetachFromDisposeScope();
        _offsets = new long[micrographs.Count];
        long length = 0;
        for (int i = 0; i < micrographs.Count; i++)
        {
            _offsets[i] = length;
            length += (long)Padded(micrographs[i].Width) * Padded(micrographs[i].Height);
        }

        if (length * sizeof(float) <= memory)
            _resident = CopyAll(length);
    }

    /// <summary>Whether micrographs lie on the device.</summary>
    public bool IsResident => _resident is not null;

    /// <summary>Gives the memory that micrographs take on the device to others; from now on patches are copied.</summary>
    public void Leave()
    {
        _resident?.Dispose();
        _resident = null;
    }

    /// <summary>The crops' pixels, (n, 1, width, width).</summary>
    /// <exception cref="ArgumentException">A crop's centre lies outside its micrograph.</exception>
    public Tensor Gather(IReadOnlyList<Crop> crops)
    {
        // Per crop: the pixel left above of the centre's, the pixels in a row, and how a step in the crop moves in the micrograph.
        var origins = new long[crops.Count];
        var strides = new long[crops.Count];
        var steps = new float[4 * crops.Count];
        int side = 2 * _margin + 1;
        float[]? patches = IsResident ? null : new float[crops.Count * side * side];
        for (int i = 0; i < crops.Count; i++)
        {
            Crop crop = crops[i];
            Micrograph micrograph = _micrographs[crop.Micrograph];
            if ((uint)crop.Column >= (uint)micrograph.Width || (uint)crop.Row >= (uint)micrograph.Height)
                throw new ArgumentException($"The centre of crop {i} lies outside its micrograph.", nameof(crops));
            if (patches is null)
            {
                strides[i] = Padded(micrograph.Width);
                origins[i] = _offsets[crop.Micrograph] + (crop.Row + _margin - 1) * strides[i] + crop.Column + _margin - 1;
            }
            else
            {
                Patch.Cut(micrograph, crop.Column - _margin, crop.Row - _margin, side, patches.AsSpan(i * side * side, side * side));
                strides[i] = side;
                origins[i] = (long)i * side * side + (_margin - 1) * side + _margin - 1;
            }

            (double sin, double cos) = crop.Angle == 0 ? (0, 1) : Math.SinCos(crop.Angle);
            int signX = crop.FlipX ? -1 : 1, signY = crop.FlipY ? -1 : 1;
            // To the right and down in the crop, x and y in the micrograph.
            (steps[4 * i], steps[4 * i + 1], steps[4 * i + 2], steps[4 * i + 3]) =
                ((float)(cos * signX), (float)(sin * signX), (float)(-sin * signY), (float)(cos * signY));
        }

        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Tensor source = _resident ?? TensorData.Create(patches!, [patches!.Length], _device);
        Tensor step = TensorData.Create(steps, [crops.Count, 4, 1], _device);
        Tensor stride = TensorData.Create(strides, [crops.Count, 1, 1], _device);
        Tensor x = step.select(1, 0) * _columns + step.select(1, 2) * _rows, y = step.select(1, 1) * _columns + step.select(1, 3) * _rows;
        Tensor left = x.floor(), top = y.floor();
        Tensor weightX = CubicWeights(x - left), weightY = CubicWeights(y - top);
        Tensor index = (TensorData.Create(origins, [crops.Count, 1], _device)
            + top.to_type(ScalarType.Int64) * stride.view(-1, 1) + left.to_type(ScalarType.Int64)).unsqueeze(1) + _taps;
        Tensor sum = zeros(crops.Count, (long)_width * _width, device: _device);
        for (int row = 0; row < 4; row++)
        {
            Tensor pixels = source.index_select(0, index.view(-1)).view(index.shape);
            sum.addcmul_((pixels * weightX).sum(1L), weightY.select(1, row), 1);
            index.add_(stride);
        }

        return sum.view(crops.Count, 1, _width, _width).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (Tensor? tensor in new[] { _columns, _rows, _taps, _resident })
            tensor?.Dispose();
    }

    /// <summary>Weights of four pixels at positions <paramref name="t"/> past the second of them: (n, p) to (n, 4, p).</summary>
    private static Tensor CubicWeights(Tensor t)
    {
        Tensor t2 = t * t, t3 = t2 * t;
        return stack([-0.5 * t3 + t2 - 0.5 * t, 1.5 * t3 - 2.5 * t2 + 1, -1.5 * t3 + 2 * t2 + 0.5 * t, 0.5 * t3 - 0.5 * t2], 1);
    }

    private int Padded(int length) => length + 2 * _margin;

    /// <summary>All micrographs on the device; null if its memory is too small.</summary>
    private Tensor? CopyAll(long length)
    {
        using var noGradient = no_grad();
        Tensor? all = null;
        try
        {
            all = empty(length, ScalarType.Float32, _device);
            for (int i = 0; i < _micrographs.Count; i++)
            {
                int width = Padded(_micrographs[i].Width), height = Padded(_micrographs[i].Height);
                using Tensor padded = tensor(Patch.Cut(_micrographs[i], -_margin, -_margin, width, height));
                using Tensor place = all.narrow(0, _offsets[i], (long)width * height);
                place.copy_(padded).Dispose();
            }

            return all.DetachFromDisposeScope();
        }
        catch (ExternalException failure) when (TorchRuntime.IsOutOfMemory(failure))
        {
            all?.Dispose();
            return null;
        }
    }
}
