namespace Microsoft.ML.Data;

/// <summary>Several mappers in a row, as one.</summary>
internal sealed class ChainMapper(IReadOnlyList<IRowToRowMapper> mappers) : IRowToRowMapper
{
    public DataViewSchema InputSchema => mappers[0].InputSchema;

    public DataViewSchema OutputSchema => mappers[^1].OutputSchema;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        NeededBy(dependingColumns)[0];

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        List<DataViewSchema.Column>[] needed = NeededBy(activeColumns);
        DataViewRow row = input;
        for (int i = 0; i < mappers.Count; i++)
            row = mappers[i].GetRow(row, needed[i + 1]);
        return row;
    }

    // The columns that must be active before each mapper, and after the last.
    private List<DataViewSchema.Column>[] NeededBy(IEnumerable<DataViewSchema.Column> activeColumns)
    {
        List<DataViewSchema.Column>[] needed = new List<DataViewSchema.Column>[mappers.Count + 1];
        needed[^1] = [.. activeColumns];
        for (int i = mappers.Count - 1; i >= 0; i--)
            needed[i] = [.. mappers[i].GetDependencies(needed[i + 1])];
        return needed;
    }
}
