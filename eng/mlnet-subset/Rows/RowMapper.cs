namespace Microsoft.ML.Data;

/// <summary>The mapper of every transformer here: each output column is an input column or an output of one computation.</summary>
internal sealed class RowMapper : IRowToRowMapper
{
    private readonly Source[] _sources;
    private readonly ColumnComputation? _computation;

    private RowMapper(DataViewSchema input, IReadOnlyList<Source> sources, ColumnComputation? computation)
    {
        InputSchema = input;
        OutputSchema = DataViewSchema.From(sources.Select(s => s.Column));
        _sources = [.. sources];
        _computation = computation;
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    /// <summary>Picks input columns.</summary>
    public static RowMapper Picking(DataViewSchema input, IEnumerable<DataViewSchema.Column> columns) => new(input, [.. columns.Select(Kept)], null);

    /// <summary>Keeps all input columns and adds one of them under another name.</summary>
    public static RowMapper Copying(DataViewSchema input, int source, string name) =>
        Adding(input, [new Source(new DataViewSchema.DetachedColumn(name, input[source].Type, input[source].Annotations), source, true)], null);

    /// <summary>Keeps all input columns and adds those of the computation.</summary>
    public static RowMapper Computing(DataViewSchema input, ColumnComputation computation) =>
        Adding(input, computation.Outputs.Select((column, i) => new Source(column, ~i, true)), computation);

    public static RowMapper Identity(DataViewSchema input) => Picking(input, input);

    // A column that hides another stands right after it, others at the end.
    private static RowMapper Adding(DataViewSchema input, IEnumerable<Source> added, ColumnComputation? computation)
    {
        List<Source> sources = [.. input.Select(Kept)];
        foreach (Source source in added)
        {
            int hidden = sources.FindLastIndex(s => s.Column.Name == source.Column.Name);
            sources.Insert(hidden < 0 ? sources.Count : hidden + 1, source);
        }

        return new RowMapper(input, sources, computation);
    }

    private static Source Kept(DataViewSchema.Column column) => new(new DataViewSchema.DetachedColumn(column), column.Index, false);

    /// <summary>Whether any of these output columns was added, so that there is work to share between threads.</summary>
    public bool AddsAny(IEnumerable<DataViewSchema.Column> columns) => columns.Any(c => _sources[c.Index].IsAdded);

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        HashSet<int> needed = [];
        foreach (DataViewSchema.Column column in dependingColumns)
        {
            int source = _sources[column.Index].Index;
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
            throw new InvalidOperationException("Schema of input row must be the same as the schema the mapper is bound to");
        bool[] active = new bool[OutputSchema.Count];
        foreach (DataViewSchema.Column column in activeColumns)
            active[column.Index] = true;
        bool computes = Enumerable.Range(0, active.Length).Any(i => active[i] && _sources[i].Index < 0);
        return new MappedRow(this, input, active, computes ? _computation!.CreateGetters(input) : []);
    }

    // Index: of an input column, or the complement of the index of a computed one.
    private readonly record struct Source(DataViewSchema.DetachedColumn Column, int Index, bool IsAdded);

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
            int source = mapper._sources[column.Index].Index;
            if (source >= 0)
                return input.GetGetter<TValue>(input.Schema[source]);
            return computed[~source] as ValueGetter<TValue> ?? throw RowErrors.WrongGetterType(typeof(TValue), column);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                input.Dispose();
        }
    }
}
