using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Topaz.Compute;

namespace Topaz.Benchmarks;

/// <summary>
/// How much of a core's peak the product kernel reaches at every vector width of this machine. The peak is measured too, by fused
/// multiply-adds that wait for nothing.
/// </summary>
internal static unsafe class KernelShare
{
    private const int Repetitions = 15;

    public static void Print()
    {
        Console.WriteLine();
        // One point of a batch of tiles, which is what Winograd's convolution multiplies at a time.
        int tiles = Winograd.ForScoring(3)!.Batch;
        Console.WriteLine("the product kernel on one thread, GFLOP/s, and its share of the peak; all channels are 64");
        Console.WriteLine($"{"peak",24}{"3x3",24}{$"1x1 on {tiles} pixels",27}");
        foreach (SimdLevel level in Enum.GetValues<SimdLevel>().Where(level => level <= Kernels.Best))
        {
            double peak = Peak(level), wide = Convolution(level, 64, 8, 3), narrow = Convolution(level, tiles, 1, 1);
            Console.WriteLine(FormattableString.Invariant($"    {level,-12} {peak,7:F1}        {wide,7:F1} {wide / peak,8:P0}           {narrow,7:F1} {narrow / peak,8:P0}"));
        }
    }

    /// <summary>GFLOP/s that a core can do at most.</summary>
    public static double Peak(SimdLevel level) => level switch
    {
        SimdLevel.Vector512 => Peak<Vector512<float>, Simd512>(),
        SimdLevel.Vector256 => Peak<Vector256<float>, Simd256>(),
        SimdLevel.Vector128 => Peak<Vector128<float>, Simd128>(),
        _ => Peak<float, SimdPortable>(),
    };

    private static double Peak<V, S>() where S : ISimd<V>
    {
        const int Rounds = 1_000_000;
        float* sink = stackalloc float[16];
        return Best(() => Spin<V, S>(Rounds, sink), 2.0 * 12 * S.Count * Rounds);
    }

    /// <summary>Twelve sums in registers: more than a core has multiply-adds under way at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Spin<V, S>(int rounds, float* sink) where S : ISimd<V>
    {
        V a = S.Broadcast(0.999f), b = S.Broadcast(0.001f);
        V x0 = b, x1 = b, x2 = b, x3 = b, x4 = b, x5 = b, x6 = b, x7 = b, x8 = b, x9 = b, x10 = b, x11 = b;
        for (int i = 0; i < rounds; i++)
        {
            (x0, x1, x2) = (S.MultiplyAdd(x0, a, b), S.MultiplyAdd(x1, a, b), S.MultiplyAdd(x2, a, b));
            (x3, x4, x5) = (S.MultiplyAdd(x3, a, b), S.MultiplyAdd(x4, a, b), S.MultiplyAdd(x5, a, b));
            (x6, x7, x8) = (S.MultiplyAdd(x6, a, b), S.MultiplyAdd(x7, a, b), S.MultiplyAdd(x8, a, b));
            (x9, x10, x11) = (S.MultiplyAdd(x9, a, b), S.MultiplyAdd(x10, a, b), S.MultiplyAdd(x11, a, b));
        }

        V sum = S.Add(S.Add(S.Add(x0, x1), S.Add(x2, x3)), S.Add(S.Add(x4, x5), S.Add(x6, x7)));
        S.Store(S.Add(sum, S.Add(S.Add(x8, x9), S.Add(x10, x11))), sink);
    }

    private static double Convolution(SimdLevel level, int width, int height, int kernel)
    {
        const int Channels = 64;
        Kernels kernels = Kernels.For(level);
        int border = kernel - 1, calls = 1 + 200_000_000 / (2 * Channels * Channels * kernel * kernel * width * height);
        using NativeBuffer source = Noise.Buffer((long)(width + border) * (height + border) * Channels);
        using NativeBuffer target = Noise.Buffer((long)width * height * Channels);
        using NativeBuffer weights = Noise.Buffer(kernel * kernel * Channels * Channels), packed = new(weights.Length);
        PackedWeights forward = PackedWeights.Pack(weights.Data, kernel * kernel, Channels, Channels, backward: false, kernels.BlockWidth, packed.Data);
        View input = View.Packed(source.Data, width + border, height + border, Channels), output = View.Packed(target.Data, width, height, Channels);
        return Best(
            () =>
            {
                for (int i = 0; i < calls; i++)
                    kernels.Convolve(input, output, forward, new Geometry(kernel), accumulate: false);
            },
            2.0 * Channels * Channels * kernel * kernel * width * height * calls);
    }

    /// <summary>GFLOP/s of the quickest run.</summary>
    private static double Best(Action run, double flop)
    {
        run();
        double best = double.MaxValue;
        for (int i = 0; i < Repetitions; i++)
        {
            long start = Stopwatch.GetTimestamp();
            run();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return flop / best / 1e9;
    }
}
