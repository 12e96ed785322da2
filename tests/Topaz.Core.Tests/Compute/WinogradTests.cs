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
            kernels.Finish(expected, skipped, bias.Data, scale.Data, Slope);

            Winograd form = Winograd.ForScoring(kernel)!;
            long size = PackedWeights.Size(form.Points, inputs, outputs);
            using NativeBuffer transformed = new(size), fastPacked = new(size), fast = new(Width * Height * columns);
            using var scratch = new NativeBuffer(form.ScratchSize(channels, kernels.BlockWidth));
            form.TransformWeights(kernels, weights.Data, inputs * columns, transformed.Data);
            View actual = View.Packed(fast.Data, Width, Height, columns);
            kernels.ConvolveFast(
                input, actual, PackedWeights.Pack(transformed.Data, form.Points, inputs, outputs, false, kernels.BlockWidth, fastPacked.Data),
                form, geometry, new Epilogue(bias.Data, scale.Data, Slope, skipped), scratch.Data);

            float[] values = fast.Span(0, Width * Height * columns).ToArray();
            // Relative to what is summed up: kernel² · inputs products of standard deviation 1.
            double tolerance = 1e-4 * Math.Sqrt(kernel * kernel * inputs);
            Assert.Equal(plain.Span(0, values.Length).ToArray(), values, (a, b) => Math.Abs(a - b) <= tolerance);
            Assert.Equal(first ??= values, values);
        }
    }

    /// <summary>The fast form for training, there and back, against the plain kernels, on several samples and at every vector width.</summary>
    [Theory]
    [InlineData(1, 1, 20, 33, 15)]
    [InlineData(2, 1, 32, 16, 9)]
    [InlineData(2, 2, 32, 64, 11)]
    [InlineData(4, 2, 5, 16, 6)]
    [InlineData(1, 1, 16, 16, 1)]
    public void FastGradientsAreTheGradients(int dilation, int stride, int inputs, int outputs, int width)
    {
        const int Samples = 3;
        var geometry = new Geometry(3, stride, dilation);
        Winograd form = Winograd.ForTraining(geometry)!;
        // A pixel more than the kernels reach, as strided layers have it.
        int inWidth = (width - 1) * stride + 2 * dilation + 2, channels = View.Padded(inputs), columns = View.Padded(outputs);
        int inSize = inWidth * inWidth * channels, outSize = width * width * columns, weightSize = 9 * inputs * columns;
        int margin = 2 * dilation / stride + 1, wideSize = (int)View.Size(width, width, columns, margin);
        using NativeBuffer source = Random(Samples * inSize, 1), gradient = Random(Samples * outSize, 2), weights = Random(weightSize, 3);
        for (int i = 0; i < weightSize; i++)
            weights.Data[i] = i % columns < outputs ? weights.Data[i] : 0;
        for (int i = 0; i < Samples * outSize; i++)
            gradient.Data[i] = i % columns < outputs ? gradient.Data[i] : 0;
        var first = new List<float[]>();
        foreach (SimdLevel level in Enum.GetValues<SimdLevel>().Where(level => level <= Kernels.Best))
        {
            var kernels = Kernels.For(level);
            using NativeBuffer there = new(weightSize), back = new(PackedWeights.Size(9, outputs, inputs)), wide = new(wideSize);
            using NativeBuffer output = new(Samples * outSize), inputGradient = new(Samples * inSize), weightGradient = new(weightSize);
            PackedWeights forward = PackedWeights.Pack(weights.Data, 9, inputs, outputs, false, kernels.BlockWidth, there.Data);
            PackedWeights backward = PackedWeights.Pack(weights.Data, 9, inputs, outputs, true, kernels.BlockWidth, back.Data);
            ViewBatch read = Batch(source, inWidth, channels), written = Batch(gradient, width, columns);
            for (int i = 0; i < Samples; i++)
            {
                kernels.Convolve(read[i], Batch(output, width, columns)[i], forward, geometry, accumulate: false);
                kernels.WeightGradient(read[i], inputs, written[i], weightGradient.Data, geometry, transposed: false, accumulate: true);
                // Spread wants zeros beside its source.
                View padded = View.WithMargins(wide.Data, width, width, columns, margin);
                for (int y = 0; y < width; y++)
                    new Span<float>(written[i].At(0, y), width * columns).CopyTo(new Span<float>(padded.At(0, y), width * columns));
                kernels.Spread(padded, Batch(inputGradient, inWidth, channels)[i], backward, geometry, accumulate: false);
            }

            int points = form.Points * inputs * columns;
            using NativeBuffer transformed = new(points), fastThere = new(points), fastBack = new(PackedWeights.Size(form.Points, outputs, inputs));
            using NativeBuffer fastOutput = new(Samples * outSize), fastInput = new(Samples * inSize), pointGradient = new(points), fastWeights = new(weightSize);
            using NativeBuffer scratch = new(form.ScratchSize(channels, columns, kernels.BlockWidth));
            form.TransformWeights(kernels, weights.Data, inputs * columns, transformed.Data);
            forward = PackedWeights.Pack(transformed.Data, form.Points, inputs, outputs, false, kernels.BlockWidth, fastThere.Data);
            backward = PackedWeights.Pack(transformed.Data, form.Points, inputs, outputs, true, kernels.BlockWidth, fastBack.Data);
            kernels.ConvolveFast(read, Batch(fastOutput, width, columns), forward, form, geometry, default, scratch.Data);
            kernels.FastGradients(
                read, inputs, written, Batch(fastInput, inWidth, channels), backward, pointGradient.Data, false, form, geometry, scratch.Data);
            form.TransformGradient(kernels, pointGradient.Data, inputs * columns, fastWeights.Data);

            // Relative to what is summed up: products of standard deviation 1.
            Compare(output, fastOutput, 9 * inputs);
            Compare(inputGradient, fastInput, 9 * outputs);
            Compare(weightGradient, fastWeights, Samples * width * width);
        }

        void Compare(NativeBuffer plain, NativeBuffer fast, int terms)
        {
            double tolerance = 1e-5 * Math.Sqrt(terms);
            float[] values = fast.Span(0, (int)fast.Length).ToArray();
            Assert.Equal(plain.Span(0, (int)plain.Length).ToArray(), values, (a, b) => Math.Abs(a - b) <= tolerance);
            // All widths compute the same bits: the three buffers of the first one, in turn.
            if (first.Count < 3)
                first.Add(values);
            else
                Assert.Contains(first, values.SequenceEqual);
        }

        ViewBatch Batch(NativeBuffer buffer, int size, int pixel) =>
            new(View.Packed(buffer.Data, size, size, pixel), Samples, (nint)size * size * pixel);
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
