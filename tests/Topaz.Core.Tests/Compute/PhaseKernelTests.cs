using Topaz.Compute;
using Xunit;

namespace Topaz.Tests.Compute;

/// <summary>A transposed convolution by phases is the transposed convolution, forward and in both gradients.</summary>
public unsafe class PhaseKernelTests
{
    [Theory]
    [InlineData(4, 32, 16, 8)]
    [InlineData(4, 20, 48, 5)]
    [InlineData(4, 16, 1, 6)]
    [InlineData(3, 32, 1, 9)]
    public void PhasesAreTheTransposedConvolution(int kernel, int inputs, int outputs, int width)
    {
        const int Margin = 2;
        var geometry = new Geometry(kernel, 2, 1, 1);
        bool folded = outputs > 1;
        // With kernel 3 the last row and column of phases lie beyond the output.
        int size = 2 * width - (kernel == 3 ? 1 : 0), channels = View.Padded(inputs), padded = View.Padded(outputs), phaseChannels = folded ? padded : 1;
        int columns = View.Padded(4 * phaseChannels), stored = kernel * kernel * inputs * padded;
        using NativeBuffer weights = new(stored), source = new(View.Size(width, width, channels, Margin)), gradient = new(View.Size(size, size, padded, 1));
        var random = new RandomStream(3, 1);
        for (int i = 0; i < stored; i++)
            weights.Data[i] = i % padded < outputs ? (float)random.NextGaussian() : 0;
        View input = View.WithMargins(source.Data, width, width, channels, Margin), written = View.WithMargins(gradient.Data, size, size, padded, 1);
        Fill(input, inputs);
        Fill(written, outputs);
        foreach (SimdLevel level in Enum.GetValues<SimdLevel>().Where(level => level <= Kernels.Best))
        {
            var kernels = Kernels.For(level);
            using NativeBuffer there = new(stored), back = new(PackedWeights.Size(kernel * kernel, outputs, inputs));
            using NativeBuffer output = new(size * size * padded), inputGradient = new(width * width * channels), weightGradient = new(stored);
            View plain = View.Packed(output.Data, size, size, padded), plainGradient = View.Packed(inputGradient.Data, width, width, channels);
            PackedWeights forward = PackedWeights.Pack(weights.Data, kernel * kernel, inputs, outputs, false, kernels.BlockWidth, there.Data);
            PackedWeights backward = PackedWeights.Pack(weights.Data, kernel * kernel, inputs, outputs, true, kernels.BlockWidth, back.Data);
            kernels.Spread(input, plain, forward, geometry, accumulate: false);
            kernels.Convolve(written, plainGradient, backward, geometry, accumulate: false);
            kernels.WeightGradient(input, inputs, written, weightGradient.Data, geometry, transposed: true, accumulate: true);

            Winograd form = Winograd.ForPhases(phaseChannels);
            int points = form.Points * inputs * columns;
            using NativeBuffer arranged = new(PhaseKernel.Size(inputs, phaseChannels)), transformed = new(points), pointGradient = new(points);
            using NativeBuffer fastThere = new(points), fastBack = new(PackedWeights.Size(form.Points, 4 * phaseChannels, inputs));
            using NativeBuffer fastOutput = new(4 * width * width * padded), fastGradient = new(4 * width * width * padded);
            using NativeBuffer fastInput = new(width * width * channels), fastWeights = new(stored), scratch = new(form.ScratchSize(channels, columns, kernels.BlockWidth));
            PhaseKernel.Arrange(weights.Data, kernel, inputs, phaseChannels, arranged.Data);
            form.TransformWeights(kernels, arranged.Data, inputs * columns, transformed.Data);
            forward = PackedWeights.Pack(transformed.Data, form.Points, inputs, 4 * phaseChannels, false, kernels.BlockWidth, fastThere.Data);
            backward = PackedWeights.Pack(transformed.Data, form.Points, inputs, 4 * phaseChannels, true, kernels.BlockWidth, fastBack.Data);
            View phases = Phases(fastOutput), phaseGradients = Phases(fastGradient);
            for (int i = 0; i < size * size * outputs; i++)
                *Phase(phaseGradients, i) = written.At(i / outputs % size, i / outputs / size)[i % outputs];
            kernels.ConvolveFast(input, phases, forward, form, PhaseKernel.Geometry, default, scratch.Data);
            kernels.FastGradients(
                input, inputs, phaseGradients, View.Packed(fastInput.Data, width, width, channels), backward, pointGradient.Data, false, form,
                PhaseKernel.Geometry, scratch.Data);
            form.TransformGradient(kernels, pointGradient.Data, inputs * columns, arranged.Data);
            PhaseKernel.Restore(arranged.Data, kernel, inputs, phaseChannels, fastWeights.Data);

            for (int i = 0; i < size * size * outputs; i++)
                Assert.Equal(plain.At(i / outputs % size, i / outputs / size)[i % outputs], *Phase(phases, i), 1e-5 * Math.Sqrt(4 * inputs));
            for (int i = 0; i < width * width * channels; i++)
                Assert.Equal(inputGradient.Data[i], fastInput.Data[i], 1e-5 * Math.Sqrt(16 * outputs));
            for (int i = 0; i < stored; i++)
                Assert.Equal(weightGradient.Data[i], fastWeights.Data[i], 1e-5 * width);
        }

        void Fill(in View view, int used)
        {
            for (int i = 0; i < view.Pixels * used; i++)
                view.At(i / used % view.Width, i / used / view.Width)[i % used] = (float)random.NextGaussian();
        }

        View Phases(NativeBuffer buffer) => folded
            ? View.Packed(buffer.Data, 2 * width, 2 * width, padded).Folded()
            : View.Packed(buffer.Data, width, width, columns);

        // Where value i of the output (pixels × outputs) lies.
        float* Phase(in View phases, int i)
        {
            int x = i / outputs % size, y = i / outputs / size;
            return phases.At(x / 2, y / 2) + phases.Place((y % 2 * 2 + x % 2) * phaseChannels + i % outputs);
        }
    }
}
