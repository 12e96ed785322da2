using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;
using Topaz.Compute;

namespace Topaz.Benchmarks;

/// <summary>The convolutions in the shapes in which resnet8 uses them most, at every vector width of this machine.</summary>
[SuppressMessage("Design", "CA1001", Justification = "BenchmarkDotNet calls Cleanup.")]
public unsafe class KernelBenchmarks
{
    private NativeBuffer _source = null!, _target = null!, _weights = null!, _packed = null!, _fastPacked = null!, _vectors = null!, _scratch = null!;
    private Kernels _kernels = null!;
    private PackedWeights _forward, _fast;
    private Winograd _form = null!;
    private Epilogue _epilogue;
    private View _input, _output;
    private Geometry _geometry;

    public static IEnumerable<SimdLevel> Levels => Enum.GetValues<SimdLevel>().Where(level => level <= Kernels.Best);

    [ParamsSource(nameof(Levels))]
    public SimdLevel Level { get; set; }

    /// <summary>Output width, input channels, output channels, kernel, dilation.</summary>
    [Params("31,32,32,3,1", "27,32,32,3,2", "9,64,64,3,1", "128,64,128,5,4")]
    public string Shape { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        int[] shape = [.. Shape.Split(',').Select(int.Parse)];
        (int width, int inputs, int outputs, int kernel, int dilation) = (shape[0], shape[1], shape[2], shape[3], shape[4]);
        int inputWidth = width + (kernel - 1) * dilation;
        _kernels = Kernels.For(Level);
        _geometry = new Geometry(kernel, 1, dilation);
        _source = Noise.Buffer((long)inputWidth * inputWidth * inputs);
        _target = Noise.Buffer((long)width * width * outputs);
        _weights = Noise.Buffer(kernel * kernel * inputs * outputs);
        _packed = new NativeBuffer(_weights.Length);
        _forward = PackedWeights.Pack(
            _weights.Data, kernel * kernel, inputs, outputs, backward: false, _kernels.BlockWidth, _packed.Data);
        _form = Winograd.ForScoring(kernel)!;
        using var transformed = new NativeBuffer((long)_form.Points * inputs * outputs);
        _form.TransformWeights(_kernels, _weights.Data, inputs * outputs, transformed.Data);
        _fastPacked = new NativeBuffer(transformed.Length);
        _fast = PackedWeights.Pack(transformed.Data, _form.Points, inputs, outputs, backward: false, _kernels.BlockWidth, _fastPacked.Data);
        _vectors = Noise.Buffer(2 * outputs);
        _scratch = new NativeBuffer(_form.ScratchSize(inputs, _kernels.BlockWidth));
        _epilogue = new Epilogue(_vectors.Data, _vectors.Data + outputs, 0, default);
        _input = View.Packed(_source.Data, inputWidth, inputWidth, inputs);
        _output = View.Packed(_target.Data, width, width, outputs);
    }

    [Benchmark]
    public void Convolve() => _kernels.Convolve(_input, _output, _forward, _geometry, accumulate: false);

    /// <summary>The same by Winograd, with bias and activation.</summary>
    [Benchmark]
    public void ConvolveFast() => _kernels.ConvolveFast(_input, _output, _fast, _form, _geometry, _epilogue, _scratch.Data);

    [Benchmark]
    public void WeightGradient() =>
        _kernels.WeightGradient(_input, _input.Pixel, _output, _weights.Data, _geometry, transposed: false, accumulate: true);

    [GlobalCleanup]
    public void Cleanup()
    {
        foreach (NativeBuffer buffer in new[] { _source, _target, _weights, _packed, _fastPacked, _vectors, _scratch })
            buffer.Dispose();
    }
}
