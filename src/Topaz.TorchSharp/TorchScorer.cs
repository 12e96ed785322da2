using System.Runtime.InteropServices;
using Topaz.Compute;
using Topaz.Images;

namespace Topaz.TorchSharp;

/// <summary>Scores a micrograph in tiles that overlap by the network's width, smaller ones where memory runs out.</summary>
internal sealed class TorchScorer : IScorer
{
    private const int LeastTile = 64;

    private readonly TorchBackend _backend;
    private readonly DenseNetwork _network;
    private readonly Func<float[], int, int, float[]> _score;
    private int _tile;

    public TorchScorer(TorchBackend backend, DenseNetwork network, int tile)
        : this(backend, network, tile, network.Score)
    {
    }

    /// <summary>With another way to score a tile than the network's, to see what happens when memory runs out.</summary>
    internal TorchScorer(TorchBackend backend, DenseNetwork network, int tile, Func<float[], int, int, float[]> score) =>
        (_backend, _network, _tile, _score) = (backend, network, tile, score);

    /// <summary>Present width of the tiles.</summary>
    internal int TileSize => _tile;

    public Micrograph Score(Micrograph micrograph, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(micrograph);
        return _backend.Run(() =>
        {
            while (true)
            {
                try
                {
                    return ScoreTiles(micrograph, cancellation);
                }
                catch (ExternalException failure) when (TorchRuntime.IsOutOfMemory(failure) && _tile > LeastTile)
                {
                    // Kept for the micrographs to come.
                    _tile = Math.Max(LeastTile, Math.Min(_tile, Math.Max(micrograph.Width, micrograph.Height)) / 2);
                }
            }
        });
    }

    public void Dispose() => _network.Dispose();

    private Micrograph ScoreTiles(Micrograph micrograph, CancellationToken cancellation)
    {
        var scores = new float[micrograph.Pixels.Length];
        for (int top = 0; top < micrograph.Height; top += _tile)
        {
            for (int left = 0; left < micrograph.Width; left += _tile)
            {
                cancellation.ThrowIfCancellationRequested();
                ScoreTile(micrograph, scores, left, top, Math.Min(_tile, micrograph.Width - left), Math.Min(_tile, micrograph.Height - top));
            }
        }

        if (_network.IsShort && !Array.TrueForAll(scores, float.IsFinite))
            throw new TopazException($"{micrograph.Name}: some scores are not numbers in half precision; use another.");

        return micrograph.WithPixels(scores);
    }

    private void ScoreTile(Micrograph image, float[] scores, int left, int top, int width, int height)
    {
        int columns = RoundUp(width), rows = RoundUp(height);
        int inputWidth = _network.InputLength(columns), inputHeight = _network.InputLength(rows);
        float[] tile = Patch.Cut(image, left - _network.Width / 2, top - _network.Width / 2, inputWidth, inputHeight);
        float[] result = _score(tile, inputWidth, inputHeight);
        for (int y = 0; y < height; y++)
            result.AsSpan(y * columns, width).CopyTo(scores.AsSpan((top + y) * image.Width + left));
    }

    private int RoundUp(int length) => (length + _network.Stride - 1) / _network.Stride * _network.Stride;
}
