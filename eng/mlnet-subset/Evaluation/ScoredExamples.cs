namespace Microsoft.ML.Data;

/// <summary>One example with its label and what a model said of it.</summary>
internal readonly record struct ScoredExample(bool Label, float Score, float Probability, bool Predicted);

/// <summary>Reads examples from the columns of a data view.</summary>
internal static class ScoredExamples
{
    public static List<ScoredExample> Read(IDataView data, string label, string score, string? probability, string predicted)
    {
        DataViewSchema.Column labelColumn = Require(data.Schema, "label", label, BooleanDataViewType.Instance);
        DataViewSchema.Column scoreColumn = Require(data.Schema, "score", score, NumberDataViewType.Single);
        DataViewSchema.Column? probabilityColumn = probability == null ? null : Require(data.Schema, "probability", probability, NumberDataViewType.Single);
        DataViewSchema.Column predictedColumn = Require(data.Schema, "predictedLabel", predicted, BooleanDataViewType.Instance);
        DataViewSchema.Column[] columns = [labelColumn, scoreColumn, predictedColumn, .. probabilityColumn is { } c ? [c] : Array.Empty<DataViewSchema.Column>()];
        using DataViewRowCursor cursor = data.GetRowCursor(columns);
        ValueGetter<bool> getLabel = cursor.GetGetter<bool>(labelColumn), getPredicted = cursor.GetGetter<bool>(predictedColumn);
        ValueGetter<float> getScore = cursor.GetGetter<float>(scoreColumn);
        ValueGetter<float>? getProbability = probabilityColumn is { } p ? cursor.GetGetter<float>(p) : null;
        List<ScoredExample> examples = [];
        bool isPositive = false, isPredicted = false;
        float s = 0, probabilityValue = float.NaN;
        while (cursor.MoveNext())
        {
            getLabel(ref isPositive);
            getScore(ref s);
            getProbability?.Invoke(ref probabilityValue);
            getPredicted(ref isPredicted);
            if (!float.IsNaN(s))
                examples.Add(new ScoredExample(isPositive, s, probabilityValue, isPredicted));
        }

        return examples;
    }

    private static DataViewSchema.Column Require(DataViewSchema schema, string role, string name, DataViewType type)
    {
        DataViewSchema.Column column = schema.GetColumnOrNull(name) ?? throw SchemaErrors.Missing(role, name, nameof(schema));
        return column.Type.Equals(type) ? column : throw SchemaErrors.Mismatch(role, name, type.ToString()!, column.Type.ToString()!, nameof(schema));
    }
}
