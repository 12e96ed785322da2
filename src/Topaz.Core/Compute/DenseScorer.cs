using System.Runtime.Intrinsics;
using Topaz.Images;
using Topaz.Networks;

namespace Topaz.Compute;

/// <summary>
/// Scores a whole micrograph through the dense form of the network, tile by tile: all layers run on one tile before the
/// next, so memory does not grow with the micrograph. Tiles overlap by the receptive field. They depend on the micrograph's size alone,
/// for the rounding of a fast convolution depends on where in its tile a pixel lies: so threads do not change a bit of the scores.
/// </summary>
internal sealed unsafe class DenseScorer : IScorer
{
    /// <summary>Largest width and height of a tile, in pixels. Larger tiles recompute less overlap and take more memory.</summary>
    private const int MaxTile = 256;

    /// <summary>Micrographs up to this width and height are cut into tiles half as large, so that all cores have work.</summary>
    private const int Small = 512;

    private readonly DenseLayer[] _layers;
    private readonly int _receptiveField;
    private readonly Workers _workers;
    /// <summary>Of each worker: three for tensors, one for scratch memory.</summary>
    private readonly NativeBuffer?[][] _buffers;

    public DenseScorer(Architecture architecture, Weights weights, Kernels kernels, Workers workers)
    {
        _receptiveField = architecture.Width;
        _workers = workers;
        _layers = DenseLayer.Chain(architecture, weights, kernels);
        _buffers = [.. Enumerable.Range(0, workers.Count).Select(_ => new NativeBuffer?[4])];
    }

    public Micrograph Score(Micrograph micrograph, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(micrograph);
        var scores = new float[micrograph.Pixels.Length];
        int tileSize = Math.Max(micrograph.Width, micrograph.Height) <= Small ? MaxTile / 2 : MaxTile;
        int columns = Tiles(micrograph.Width), rows = Tiles(micrograph.Height);
        _workers.Run(
            rows * columns,
            (tile, worker) =>
            {
                (int top, int bottom) = Part(micrograph.Height, rows, tile / columns);
                (int left, int right) = Part(micrograph.Width, columns, tile % columns);
                ScoreTile(micrograph, scores, left, top, right - left, bottom - top, _buffers[worker]);
            },
            cancellation);
        return micrograph.WithPixels(scores);

        int Tiles(int length) => (length + tileSize - 1) / tileSize;
    }

    public void Dispose()
    {
        foreach (DenseLayer layer in _layers)
            layer.Dispose();
        foreach (NativeBuffer? buffer in _buffers.SelectMany(set => set))
            buffer?.Dispose();
    }

    private void ScoreTile(Micrograph image, float[] scores, int left, int top, int width, int height, NativeBuffer?[] buffers)
    {
        // Tensor i lies in buffer i mod 3: a layer reads the last tensor, a skip the one before it, and writes the third.
        int inWidth = width + _receptiveField - 1, inHeight = height + _receptiveField - 1;
        View before = default, source = Allocate(ref buffers[0], inWidth, inHeight, 1);
        LoadPadded(image, left - _receptiveField / 2, top - _receptiveField / 2, source);
        float* scratch = Reserve(ref buffers[3], _layers.Max(layer => layer.ScratchSize)).Data;
        for (int i = 0; i < _layers.Length; i++)
        {
            DenseLayer layer = _layers[i];
            View target = Allocate(
                ref buffers[(i + 1) % 3], source.Width - layer.Shrink, source.Height - layer.Shrink, layer.Channels);
            layer.Run(source, before, target, scratch);
            (before, source) = (source, target);
        }

        DenseLayer last = _layers[^1];
        for (int y = 0; y < height; y++)
        {
            Span<float> row = scores.AsSpan((top + y) * image.Width + left, width);
            for (int x = 0; x < width; x++)
                row[x] = last.Classifies ? Sum(source.At(x, y)) + last.Bias : *source.At(x, y);
        }
    }

    /// <summary>Sixteen channels, in the same order on every machine.</summary>
    private static float Sum(float* channels)
    {
        Vector128<float> sums = Vector128.Load(channels) + Vector128.Load(channels + 4) + (Vector128.Load(channels + 8) + Vector128.Load(channels + 12));
        return sums[0] + sums[1] + (sums[2] + sums[3]);
    }

    /// <summary>Copies a rectangle, zeros where it lies outside the image.</summary>
    private static void LoadPadded(Micrograph image, int left, int top, in View target)
    {
        for (int y = 0; y < target.Height; y++)
        {
            var row = new Span<float>(target.At(0, y), target.Width);
            row.Clear();
            if ((uint)(top + y) >= (uint)image.Height)
                continue;
            int from = Math.Max(0, left), to = Math.Min(image.Width, left + target.Width);
            image.Pixels.AsSpan((top + y) * image.Width + from, to - from).CopyTo(row[(from - left)..]);
        }
    }

    private static View Allocate(ref NativeBuffer? buffer, int width, int height, int channels) =>
        View.Packed(Reserve(ref buffer, View.Size(width, height, channels, 0)).Data, width, height, channels);

    private static NativeBuffer Reserve(ref NativeBuffer? buffer, long size)
    {
        if (buffer is null || buffer.Length < size)
        {
            // Forgotten first: should memory run out now, no one finds a buffer that is gone.
            NativeBuffer? old = buffer;
            buffer = null;
            old?.Dispose();
            buffer = new NativeBuffer(size);
        }

        return buffer;
    }

    private static (int Start, int End) Part(int length, int parts, int index) =>
        ((int)((long)length * index / parts), (int)((long)length * (index + 1) / parts));
}
