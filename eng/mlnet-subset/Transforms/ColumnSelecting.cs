using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

public sealed class ColumnSelectingEstimator : TrivialEstimator<ColumnSelectingTransformer>
{
    private readonly ColumnSelection _selection;

    internal ColumnSelectingEstimator(ColumnSelection selection) : base(new ColumnSelectingTransformer(selection)) => _selection = selection;

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        foreach (string name in _selection.Names)
            SchemaErrors.Require(inputSchema, "input", name);
        return new SchemaShape(inputSchema.Where(c => _selection.Names.Contains(c.Name) != _selection.Drops));
    }
}

/// <summary>Which columns to keep or to drop, and whether hidden columns of the kept names stay.</summary>
internal sealed record ColumnSelection(string[] Names, bool Drops, bool KeepHidden);

/// <summary>Keeps or drops columns by name.</summary>
public sealed class ColumnSelectingTransformer : RowToRowTransformerBase
{
    internal const string Kind = "SelectColumns";
    private readonly ColumnSelection _selection;

    internal ColumnSelectingTransformer(ColumnSelection selection) => _selection = selection;

    internal static ColumnSelectingTransformer Load(ModelReader model) =>
        new(new ColumnSelection(model.ReadStrings(), model.State.ReadBoolean(), model.State.ReadBoolean()));

    private protected override RowMapper CreateMapper(DataViewSchema inputSchema)
    {
        foreach (string name in _selection.Names)
            _ = inputSchema.GetColumnOrNull(name) ?? throw SchemaErrors.Missing("input", name, "input");
        IEnumerable<DataViewSchema.Column> kept = _selection.Drops
            ? inputSchema.Where(c => !_selection.Names.Contains(c.Name))
            : _selection.Names.SelectMany(name => inputSchema.Where(c => c.Name == name && (_selection.KeepHidden || !c.IsHidden)));
        return RowMapper.Picking(inputSchema, kept);
    }

    private protected override void SaveModel(ModelSaveContext ctx) => ctx.Write(Kind, state =>
    {
        ModelSaveContext.WriteStrings(state, _selection.Names);
        state.Write(_selection.Drops);
        state.Write(_selection.KeepHidden);
    });
}
