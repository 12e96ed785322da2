namespace Microsoft.ML.Data;

/// <summary>One example with its label and what a model said of it.</summary>
internal readonly record struct ScoredExample(bool Label, float Score, float Probability);

/// <summary>Reads examples from the columns of a data view.</summary>
internal static class ScoredExamples
{
    /// <summary>
    /// The examples with a label and a finite score. The predicted label's column must exist, but predictions are by the sign of the score,
    /// as in the original.
    /// </summary>
    public static List<ScoredExample> Read(IDataView data, string label, string score, string? probability, string predicted)
    {
        DataViewSchema.Column labelColumn = Require(data.Schema, "Label", label);
        if (!IsLabel(labelColumn.Type))
            throw SchemaErrors.Mismatch("label", label, "Single, Double, Boolean, or a Key with cardinality 2", labelColumn.Type.ToString()!, "schema");
        DataViewSchema.Column scoreColumn = RequireSingle(data.Schema, "score", Require(data.Schema, "Score", score));
        Require(data.Schema, "PredictedLabel", predicted);
        DataViewSchema.Column? probabilityColumn = probability == null
            ? null
            : RequireSingle(data.Schema, "probability", Require(data.Schema, "Probability", probability));

        List<DataViewSchema.Column> columns = [labelColumn, scoreColumn];
        if (probabilityColumn is { } active)
            columns.Add(active);
        using DataViewRowCursor cursor = data.GetRowCursor(columns);
        Func<double> getLabel = LabelReader(cursor, labelColumn);
        ValueGetter<float> getScore = cursor.GetGetter<float>(scoreColumn);
        ValueGetter<float>? getProbability = probabilityColumn is { } p ? cursor.GetGetter<float>(p) : null;
        List<ScoredExample> examples = [];
        float scoreValue = 0, probabilityValue = float.NaN;
        while (cursor.MoveNext())
        {
            getScore(ref scoreValue);
            getProbability?.Invoke(ref probabilityValue);
            double labelValue = getLabel();
            if (float.IsFinite(scoreValue) && !double.IsNaN(labelValue))
                examples.Add(new ScoredExample(labelValue > 0, scoreValue, probabilityValue));
        }

        return examples;
    }

    private static bool IsLabel(DataViewType type) =>
        type is BooleanDataViewType || type is KeyDataViewType { Count: 2 } || type.Equals(NumberDataViewType.Single) || type.Equals(NumberDataViewType.Double);

    // Keys count from one; a missing key becomes NaN.
    private static Func<double> LabelReader(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is not BooleanDataViewType)
        {
            Func<double> number = RowFilters.Number(row, column);
            return column.Type is KeyDataViewType ? () => number() is var key && key == 0 ? double.NaN : key - 1 : number;
        }

        ValueGetter<bool> get = row.GetGetter<bool>(column);
        bool label = false;
        return () =>
        {
            get(ref label);
            return label ? 1 : 0;
        };
    }

    private static DataViewSchema.Column Require(DataViewSchema schema, string role, string name) =>
        schema.GetColumnOrNull(name) ?? throw new ArgumentOutOfRangeException(nameof(schema), $"{role} column '{name}' not found");

    private static DataViewSchema.Column RequireSingle(DataViewSchema schema, string role, DataViewSchema.Column column) =>
        column.Type.Equals(NumberDataViewType.Single)
            ? column
            : throw SchemaErrors.Mismatch(role, column.Name, "Single", column.Type.ToString()!, nameof(schema));
}
