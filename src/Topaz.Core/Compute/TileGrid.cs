namespace Topaz.Compute;

/// <summary>
/// Numbers the tiles that cover the outputs of all samples. The outputs of a tile are the dilation apart, so that dilation² tiles interleave to a
/// group; they follow one another, for what one reads and writes lies beside what the next one does.
/// </summary>
internal readonly struct TileGrid
{
    private readonly int _across, _perSample, _group;

    public TileGrid(in ViewBatch output, Winograd form, in Geometry g)
    {
        Spacing = g.Dilation / g.Stride;
        _group = form.Outputs * Spacing;
        _across = (output.First.Width + _group - 1) / _group;
        _perSample = _across * ((output.First.Height + _group - 1) / _group) * Spacing * Spacing;
        Count = _perSample * output.Count;
        int batches = (Count + form.Batch - 1) / form.Batch;
        Batch = (Count + batches - 1) / batches;
    }

    /// <summary>Pixels between a tile's outputs.</summary>
    public int Spacing { get; }

    public int Count { get; }

    /// <summary>Tiles to work on at a time, so that all batches are about as large.</summary>
    public int Batch { get; }

    /// <summary>Where a tile's first output lies.</summary>
    public (int Sample, int X, int Y) this[int tile]
    {
        get
        {
            (int sample, int rest) = Math.DivRem(tile, _perSample);
            (int place, int phase) = Math.DivRem(rest, Spacing * Spacing);
            return (sample, place % _across * _group + phase % Spacing, place / _across * _group + phase / Spacing);
        }
    }
}
