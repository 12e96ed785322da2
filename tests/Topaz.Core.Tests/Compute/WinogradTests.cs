using Topaz.Compute;
using Xunit;

namespace Topaz.Tests.Compute;

public unsafe class WinogradTests
{
    public static TheoryData<int, int, int, int> Shapes => new()
    {
        { 3, 1, 20, 33 },
        { 3, 2, 32, 16 },
        { 3, 8, 7, 40 },
        { 5, 1, 64, 128 },
        { 5, 4, 16, 3 },
    };

    /// <summary>The fast convolution, bias, skip and activation against the plain one, at every vector width, in sizes that no tile divides.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void FastConvolutionIsTheConvolution(int kernel, int dilation, int inputs, int outputs)
    {
        const int Width = 45, Height = 31;
        const float Slope = 0.1f;
        int reach = (kernel - 1) * dilation, channels = View.Padded(inputs), columns = View.Padded(outputs);
        using NativeBuffer source = Random((Width + reach) * (Height + reach) * channels, 1), skip = Random(Width * Height * columns, 2);
        using NativeBuffer weights = Random(kernel * kernel * inputs * columns, 3), bias = Random(columns, 4), scale = Random(columns, 5);
        View input = View.Packed(source.Data, Width + reach, Height + reach, channels), skipped = View.Packed(skip.Data, Width, Height, columns);
        var geometry = new Geometry(kernel, 1, dilation);
        float[]? first = null;
        foreach (SimdLevel level in Enum.GetValues<SimdLevel>().Where(level => level <= Kernels.Best))
        {
            var kernels = Kernels.For(level);
            using NativeBuffer packed = new(PackedWeights.Size(kernel * kernel, inputs, outputs)), plain = new(Width * Height * columns);
            View expected = View.Packed(plain.Data, Width, Height, columns);
            kernels.Convolve(
                input, expected, PackedWeights.Pack(weights.Data, kernel * kernel, inputs, outputs, false, kernels.BlockWidth, packed.Data), geometry, false);
            kernels.Finish(expected, skipped, 1, bias.Data, scale.Data, Slope);

            long size = PackedWeights.Size(Winograd.Points, inputs, outputs);
            using NativeBuffer transformed = new(size), fastPacked = new(size), fast = new(Width * Height * columns);
            using var scratch = new NativeBuffer(Winograd.ScratchSize(channels, kernels.BlockWidth));
            Winograd.TransformWeights(weights.Data, kernel, inputs, outputs, transformed.Data);
            View actual = View.Packed(fast.Data, Width, Height, columns);
            kernels.ConvolveFast(
                input, actual, PackedWeights.Pack(transformed.Data, Winograd.Points, inputs, outputs, false, kernels.BlockWidth, fastPacked.Data),
                geometry, skipped, bias.Data, scale.Data, Slope, scratch.Data);

            float[] values = fast.Span(0, Width * Height * columns).ToArray();
            // Relative to what is summed up: kernel² · inputs products of standard deviation 1.
            double tolerance = 1e-4 * Math.Sqrt(kernel * kernel * inputs);
            Assert.Equal(plain.Span(0, values.Length).ToArray(), values, (a, b) => Math.Abs(a - b) <= tolerance);
            Assert.Equal(first ??= values, values);
        }
    }

    private static NativeBuffer Random(int length, uint key)
    {
        var random = new RandomStream(7, key);
        var buffer = new NativeBuffer(length);
        for (int i = 0; i < length; i++)
            buffer.Data[i] = (float)random.NextGaussian();
        return buffer;
    }
}
