using Microsoft.ML.Data;
using Topaz.Particles;

namespace Topaz.MLNet;

/// <summary>One row of output: the picks of one micrograph, best first. What a <c>PredictionEngine</c> gives.</summary>
public sealed class MicrographPicks
{
    /// <summary>The micrograph's name.</summary>
    [ColumnName(PickingColumns.Name)]
    public string Name { get; set; } = "";

    /// <summary>x of each pick, in pixels of the raw micrograph.</summary>
    [ColumnName(PickingColumns.PickX)]
    public float[] X { get; set; } = [];

    /// <summary>y of each pick, in pixels of the raw micrograph.</summary>
    [ColumnName(PickingColumns.PickY)]
    public float[] Y { get; set; } = [];

    /// <summary>Score of each pick.</summary>
    [ColumnName(PickingColumns.PickScore)]
    public float[] Score { get; set; } = [];

    /// <summary>The picks as particles.</summary>
    [NoColumn]
    public IReadOnlyList<Particle> Particles => [.. X.Select((x, i) => new Particle(x, Y[i], Score[i]))];
}
