namespace Microsoft.ML.Data;

/// <summary>The mapper of every transformer here: each output column is an input column or an output of one computation.</summary>
internal sealed class RowMapper : IRowToRowMapper
{
    // Per output column: the index of an input column, or the complement of the index of a computed one.
    private readonly int[] _sources;
    private readonly ColumnComputation? _computation;

    private RowMapper(DataViewSchema input, DataViewSchema output, int[] sources, ColumnComputation? computation) =>
        (InputSchema, OutputSchema, _sources, _computation) = (input, output, sources, computation);

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    /// <summary>Picks input columns, possibly under new names.</summary>
    public static RowMapper Picking(DataViewSchema input, IEnumerable<(int Source, string Name)> columns)
    {
        (int Source, string Name)[] picked = [.. columns];
        DataViewSchema output = DataViewSchema.From(picked.Select(p => new DataViewSchema.DetachedColumn(p.Name, input[p.Source].Type, input[p.Source].Annotations)));
        return new RowMapper(input, output, [.. picked.Select(p => p.Source)], null);
    }

    /// <summary>Keeps all input columns and appends those of the computation.</summary>
    public static RowMapper Appending(DataViewSchema input, ColumnComputation computation)
    {
        IEnumerable<DataViewSchema.DetachedColumn> kept = input.Select(c => new DataViewSchema.DetachedColumn(c));
        DataViewSchema output = DataViewSchema.From(kept.Concat(computation.Outputs));
        IEnumerable<int> sources = Enumerable.Range(0, input.Count).Concat(Enumerable.Range(0, computation.Outputs.Count).Select(i => ~i));
        return new RowMapper(input, output, [.. sources], computation);
    }

    public static RowMapper Identity(DataViewSchema input) => Picking(input, input.Select(c => (c.Index, c.Name)));

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        HashSet<int> needed = [];
        foreach (DataViewSchema.Column column in dependingColumns)
        {
            int source = _sources[column.Index];
            if (source >= 0)
                needed.Add(source);
            else
                needed.UnionWith(_computation!.Inputs);
        }

        return InputSchema.Where(c => needed.Contains(c.Index));
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        if (input.Schema != InputSchema)
            throw new ArgumentException("The row has another schema than the mapper was made for", nameof(input));
        bool[] active = new bool[OutputSchema.Count];
        foreach (DataViewSchema.Column column in activeColumns)
            active[column.Index] = true;
        bool computes = Enumerable.Range(0, active.Length).Any(i => active[i] && _sources[i] < 0);
        return new MappedRow(this, input, active, computes ? _computation!.CreateGetters(input) : []);
    }

    private sealed class MappedRow(RowMapper mapper, DataViewRow input, bool[] active, Delegate[] computed) : DataViewRow
    {
        public override long Position => input.Position;

        public override long Batch => input.Batch;

        public override DataViewSchema Schema => mapper.OutputSchema;

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (!IsColumnActive(column))
                throw RowErrors.Inactive(column);
            int source = mapper._sources[column.Index];
            if (source >= 0)
                return input.GetGetter<TValue>(input.Schema[source]);
            return computed[~source] as ValueGetter<TValue> ?? throw RowErrors.WrongGetterType(typeof(TValue), column.Type.RawType);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                input.Dispose();
        }
    }
}
