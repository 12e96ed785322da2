using Microsoft.ML;
using Microsoft.ML.Data;
using Topaz.Evaluation;
using Topaz.Particles;
using Topaz.Picking;

namespace Topaz.MLNet;

public sealed partial class ParticlePickingCatalog
{
    /// <summary>
    /// From one row per micrograph to one row per pick, for ML.NET's own evaluation, trainers and calibrators. A helper outside the model,
    /// because a saved pipeline must stay row to row.
    /// </summary>
    /// <param name="data">Picked micrographs, with labels if the column Label is wanted, and with candidate features if Features is.</param>
    /// <param name="matchRadius">A pick nearer to a label than this may match it, in pixels of the raw micrograph; null for its micrograph's PickRadius.</param>
    /// <returns>
    /// Columns Name (text), X, Y (Single, pixels of the raw micrograph), Score (Single), PredictedLabel (Boolean: score above 0); with
    /// labels also Label (Boolean: the pick matches a label); with candidate features also Features (vector of Single with slot names).
    /// Rows are computed anew each time they are read; <c>ml.Data.Cache</c> keeps them.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type; the message names it.</exception>
    public IDataView UnrollPicks(IDataView data, double? matchRadius = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        CheckMatchRadius(matchRadius);
        bool labels = data.Schema.GetColumnOrNull(PickingColumns.LabelX) is not null, features = data.Schema.GetColumnOrNull(PickingColumns.CandidateFeatures) is not null;
        PickedRows.Check(data.Schema, names: true, labels, features);
        SchemaDefinition schema = SchemaDefinition.Create(typeof(UnrolledPick));
        if (!labels)
            schema.Remove(schema[nameof(UnrolledPick.Label)]);
        if (features)
            DescribeFeatures(schema[nameof(UnrolledPick.Features)]);
        else
            schema.Remove(schema[nameof(UnrolledPick.Features)]);
        return _ml.Data.LoadFromEnumerable(Unroll(data, matchRadius, labels, features), schema);
    }

    /// <summary>
    /// From one row per pick back to one row per micrograph, with the scores that picks have now, such as those of a second classifier.
    /// </summary>
    /// <param name="picks">Picks: columns Name, X, Y (of <see cref="UnrollPicks"/>) and a score.</param>
    /// <param name="micrographs">
    /// The picked micrographs that the picks came from. All their rows stay; their picks are replaced, and candidate features dropped, which
    /// described the old ones.
    /// </param>
    /// <param name="scoreColumnName">Single: the score by which picks are ranked, such as Score or Probability.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type; the message names it.</exception>
    /// <exception cref="TopazException">Two micrographs have the same name, or a pick's micrograph is not among them.</exception>
    public IDataView RollUpPicks(IDataView picks, IDataView micrographs, string scoreColumnName = "Score")
    {
        ArgumentNullException.ThrowIfNull(picks);
        ArgumentNullException.ThrowIfNull(micrographs);
        HashSet<string> names = [.. Names(micrographs)];
        Dictionary<string, Particle[]> byName = RankedPicks(picks, scoreColumnName);
        if (byName.Keys.FirstOrDefault(name => !names.Contains(name)) is { } stranger)
            throw new TopazException($"Column '{PickingColumns.Name}': there are picks of {stranger}, which is not among the micrographs.");
        if (micrographs.Schema.GetColumnOrNull(PickingColumns.CandidateFeatures) is not null)
            micrographs = _ml.Transforms.DropColumns(PickingColumns.CandidateFeatures).Fit(micrographs).Transform(micrographs);
        return _ml.Transforms.CustomMapping<NamedRow, RankedRow>(
            (micrograph, row) =>
            {
                Particle[] found = byName.GetValueOrDefault(micrograph.Name.ToString(), []);
                row.PickX = [.. found.Select(pick => (float)pick.X)];
                row.PickY = [.. found.Select(pick => (float)pick.Y)];
                row.PickScore = [.. found.Select(pick => pick.Score)];
            },
            contractName: null).Fit(micrographs).Transform(micrographs);
    }

    /// <summary>The picks, micrograph by micrograph as they are computed.</summary>
    /// <param name="data">Picked micrographs with names.</param>
    /// <remarks>For thousands of micrographs: <c>CreateEnumerable</c> hands rows out in batches of 64, after the last of them is done.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type; the message names it.</exception>
    /// <exception cref="TopazException">A row cannot be computed; thrown when it is reached.</exception>
    public IEnumerable<MicrographPicks> ReadPicks(IDataView data)
    {
        ArgumentNullException.ThrowIfNull(data);
        PickedRows.Check(data.Schema, names: true, labels: false);
        return PickedRows.Read(data, names: true, labels: false).Select(row => new MicrographPicks
        {
            Name = row.Name,
            X = [.. row.Picks.Select(pick => (float)pick.X)],
            Y = [.. row.Picks.Select(pick => (float)pick.Y)],
            Score = [.. row.Picks.Select(pick => pick.Score)],
        });
    }

    /// <summary>The picks in a table, as the <c>topaz</c> command's files hold them; <see cref="ParticleFile"/> writes it.</summary>
    /// <param name="data">Picked micrographs with names.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type; the message names it.</exception>
    public ParticleTable ToParticleTable(IDataView data)
    {
        ArgumentNullException.ThrowIfNull(data);
        PickedRows.Check(data.Schema, names: true, labels: false);
        var table = new ParticleTable();
        foreach (PickedMicrograph row in PickedRows.Read(data, names: true, labels: false))
            table.Add(row.Name, row.Picks);
        return table;
    }

    private static IEnumerable<UnrolledPick> Unroll(IDataView data, double? matchRadius, bool labels, bool features)
    {
        int count = CandidateFeatures.Names.Count;
        foreach (PickedMicrograph row in PickedRows.Read(data, names: true, labels, features))
        {
            MatchResult match = ParticleMatching.Match(row.Picks, row.Labels, matchRadius ?? Math.Max(row.Radius, float.Epsilon));
            for (int i = 0; i < row.Picks.Length; i++)
            {
                yield return new UnrolledPick
                {
                    Name = row.Name,
                    X = (float)row.Picks[i].X,
                    Y = (float)row.Picks[i].Y,
                    Score = row.Picks[i].Score,
                    Label = match.TargetOf[i] >= 0,
                    PredictedLabel = row.Picks[i].Score > 0,
                    Features = features ? row.Features[(i * count)..((i + 1) * count)] : [],
                };
            }
        }
    }

    private static void DescribeFeatures(SchemaDefinition.Column column)
    {
        int count = CandidateFeatures.Names.Count;
        column.ColumnType = new VectorDataViewType(NumberDataViewType.Single, count);
        var names = new VBuffer<ReadOnlyMemory<char>>(count, [.. CandidateFeatures.Names.Select(name => name.AsMemory())]);
        column.AddAnnotation("SlotNames", names, new VectorDataViewType(TextDataViewType.Instance, count));
    }

    private static Dictionary<string, Particle[]> RankedPicks(IDataView picks, string scoreColumn)
    {
        new InputColumn(PickingColumns.Name, ColumnKind.Text).Check(picks.Schema);
        foreach (string column in (string[])[nameof(UnrolledPick.X), nameof(UnrolledPick.Y), scoreColumn])
            new InputColumn(column, ColumnKind.Number).Check(picks.Schema);
        DataViewSchema schema = picks.Schema;
        using DataViewRowCursor cursor = picks.GetRowByRowCursor(
            [schema[PickingColumns.Name], schema[nameof(UnrolledPick.X)], schema[nameof(UnrolledPick.Y)], schema[scoreColumn]]);
        ValueGetter<ReadOnlyMemory<char>> getName = cursor.GetGetter<ReadOnlyMemory<char>>(schema[PickingColumns.Name]);
        ValueGetter<float> getX = cursor.GetGetter<float>(schema[nameof(UnrolledPick.X)]), getY = cursor.GetGetter<float>(schema[nameof(UnrolledPick.Y)]),
            getScore = cursor.GetGetter<float>(schema[scoreColumn]);
        var found = new List<(string Name, Particle Pick)>();
        while (cursor.MoveNextOrTell())
        {
            ReadOnlyMemory<char> name = default;
            float x = 0, y = 0, score = 0;
            getName(ref name);
            getX(ref x);
            getY(ref y);
            getScore(ref score);
            found.Add((name.ToString(), new Particle(x, y, score)));
        }

        return found.GroupBy(row => row.Name).ToDictionary(
            rows => rows.Key, rows => rows.Select(row => row.Pick).OrderByDescending(pick => pick.Score).ToArray());
    }
}

/// <summary>One pick as one row.</summary>
internal sealed class UnrolledPick
{
    public string Name { get; set; } = "";

    public float X { get; set; }

    public float Y { get; set; }

    public float Score { get; set; }

    public bool Label { get; set; }

    public bool PredictedLabel { get; set; }

    public float[] Features { get; set; } = [];
}

internal sealed class NamedRow
{
    [ColumnName(PickingColumns.Name)]
    public ReadOnlyMemory<char> Name { get; set; }
}

internal sealed class RankedRow
{
    [ColumnName(PickingColumns.PickX)]
    public float[] PickX { get; set; } = [];

    [ColumnName(PickingColumns.PickY)]
    public float[] PickY { get; set; } = [];

    [ColumnName(PickingColumns.PickScore)]
    public float[] PickScore { get; set; } = [];
}
