using Microsoft.ML;
using Microsoft.ML.Data;
using Topaz.Particles;
using Topaz.Picking;

namespace Topaz.MLNet;

/// <summary>Reads the rows of picked micrographs.</summary>
internal static class PickedRows
{
    private static readonly InputColumn[] Picks =
    [
        new(PickingColumns.PickX, ColumnKind.Vector), new(PickingColumns.PickY, ColumnKind.Vector),
        new(PickingColumns.PickScore, ColumnKind.Vector), new(PickingColumns.PickRadius, ColumnKind.Number),
    ];

    private static readonly InputColumn[] Labels =
        [new(PickingColumns.LabelX, ColumnKind.Vector), new(PickingColumns.LabelY, ColumnKind.Vector)];

    private static readonly InputColumn Name = new(PickingColumns.Name, ColumnKind.Text);

    private static readonly InputColumn Features = new(PickingColumns.CandidateFeatures, ColumnKind.Vector);

    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public static void Check(DataViewSchema schema, bool names, bool labels, bool features = false)
    {
        foreach (InputColumn column in Wanted(names, labels, features))
            column.Check(schema);
    }

    /// <summary>Reads row by row; what is not asked for is not computed.</summary>
    public static IEnumerable<PickedMicrograph> Read(IDataView data, bool names, bool labels, bool features = false)
    {
        DataViewSchema schema = data.Schema;
        using DataViewRowCursor cursor = data.GetRowByRowCursor(Wanted(names, labels, features).Select(column => schema[column.Name]));
        ValueGetter<VBuffer<float>> pickX = Vector(PickingColumns.PickX), pickY = Vector(PickingColumns.PickY), score = Vector(PickingColumns.PickScore);
        ValueGetter<float> getRadius = cursor.GetGetter<float>(schema[PickingColumns.PickRadius]);
        ValueGetter<ReadOnlyMemory<char>>? getName = names ? cursor.GetGetter<ReadOnlyMemory<char>>(schema[PickingColumns.Name]) : null;
        ValueGetter<VBuffer<float>>? labelX = labels ? Vector(PickingColumns.LabelX) : null, labelY = labels ? Vector(PickingColumns.LabelY) : null;
        ValueGetter<VBuffer<float>>? getFeatures = features ? Vector(PickingColumns.CandidateFeatures) : null;
        VBuffer<float> x = default, y = default;
        while (cursor.MoveNextOrTell())
        {
            ReadOnlyMemory<char> text = default;
            getName?.Invoke(ref text);
            string name = names ? text.ToString() : FormattableString.Invariant($"Row {cursor.Position}");
            pickX(ref x);
            pickY(ref y);
            Particle[] picks = LabelledMicrographs.ToParticles(x, y, PickingColumns.PickX, PickingColumns.PickY, name);
            score(ref x);
            if (x.Length != picks.Length)
                throw new TopazException($"{name}: column '{PickingColumns.PickScore}' has {x.Length} values for {picks.Length} picks.");
            float[] scores = [.. x.DenseValues()];
            if (Array.Exists(scores, float.IsNaN))
                throw new TopazException($"{name}: column '{PickingColumns.PickScore}' holds a score that is not a number; picks cannot be ranked.");
            for (int i = 0; i < picks.Length; i++)
                picks[i] = picks[i] with { Score = scores[i] };
            float radius = 0;
            getRadius(ref radius);
            Particle[] known = [];
            if (labels)
            {
                labelX!(ref x);
                labelY!(ref y);
                known = LabelledMicrographs.ToParticles(x, y, PickingColumns.LabelX, PickingColumns.LabelY, name);
            }

            float[] described = [];
            if (features)
            {
                getFeatures!(ref x);
                described = [.. x.DenseValues()];
                if (described.Length != picks.Length * CandidateFeatures.Names.Count)
                {
                    throw new TopazException(
                        $"{name}: column '{PickingColumns.CandidateFeatures}' has {described.Length} values for {picks.Length} picks, not {CandidateFeatures.Names.Count} for each.");
                }
            }

            yield return new PickedMicrograph(name, picks, radius, known, described);
        }

        ValueGetter<VBuffer<float>> Vector(string column) => cursor.GetGetter<VBuffer<float>>(schema[column]);
    }

    private static IEnumerable<InputColumn> Wanted(bool names, bool labels, bool features) =>
        [.. Picks, .. labels ? Labels : [], .. names ? [Name] : (InputColumn[])[], .. features ? [Features] : (InputColumn[])[]];
}

/// <summary>One micrograph.</summary>
/// <param name="Name">Its name; where names are not read, its row's number.</param>
/// <param name="Picks">Its picks.</param>
/// <param name="Radius">The particle's radius, in the picks' pixels.</param>
/// <param name="Labels">Its labels; empty where labels are not read.</param>
/// <param name="Features">Features of all picks; empty where features are not read.</param>
internal sealed record PickedMicrograph(string Name, Particle[] Picks, float Radius, Particle[] Labels, float[] Features);
