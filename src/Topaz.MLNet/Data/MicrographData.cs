using Microsoft.ML.Data;
using Topaz.Images;
using Topaz.Particles;

namespace Topaz.MLNet;

/// <summary>One row of input: a micrograph and, where it is known, where its particles are.</summary>
public sealed class MicrographData
{
    private Micrograph? _micrograph;
    private string? _name;

    /// <summary>Where to read the micrograph; empty if <see cref="Micrograph"/> is given.</summary>
    [ColumnName(PickingColumns.Path)]
    public string Path { get; set; } = "";

    /// <summary>The micrograph's name; by default its file's, without folder and extension.</summary>
    [ColumnName(PickingColumns.Name)]
    public string Name
    {
        get => _name ?? (Path.Length > 0 ? MicrographName.Of(Path) : _micrograph?.Name ?? "");
        set => _name = value;
    }

    /// <summary>
    /// The raw micrograph. Unless it is given, it is read from <see cref="Path"/> each time it is asked for and not kept, so that
    /// thousands of rows need the memory of one.
    /// </summary>
    /// <exception cref="TopazException">The file is missing, or no sound micrograph.</exception>
    [MicrographType]
    [ColumnName(PickingColumns.Micrograph)]
    public Micrograph Micrograph
    {
        get => _micrograph is { } given ? (given.Name == Name ? given : given.WithName(Name)) : Read();
        set => _micrograph = value;
    }

    /// <summary>x of each labelled particle, in pixels of the micrograph.</summary>
    [ColumnName(PickingColumns.LabelX)]
    public float[] LabelX { get; set; } = [];

    /// <summary>y of each labelled particle, in pixels of the micrograph.</summary>
    [ColumnName(PickingColumns.LabelY)]
    public float[] LabelY { get; set; } = [];

    /// <summary>The labelled particles, over <see cref="LabelX"/> and <see cref="LabelY"/>.</summary>
    [NoColumn]
    public IReadOnlyList<Particle> Labels
    {
        get => [.. LabelX.Zip(LabelY, (x, y) => new Particle(x, y))];
        set => (LabelX, LabelY) = ([.. value.Select(label => (float)label.X)], [.. value.Select(label => (float)label.Y)]);
    }

    private Micrograph Read()
    {
        if (Path.Length == 0)
            throw new TopazException($"Column '{PickingColumns.Micrograph}': a row has neither a micrograph nor a path; set one of them.");
        return Given.InColumn(PickingColumns.Micrograph, () => MicrographFile.Read(Path).WithName(Name));
    }
}
