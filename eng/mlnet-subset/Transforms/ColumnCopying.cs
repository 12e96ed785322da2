using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

public sealed class ColumnCopyingEstimator : TrivialEstimator<ColumnCopyingTransformer>
{
    private readonly string _output, _input;

    internal ColumnCopyingEstimator(string output, string input) : base(new ColumnCopyingTransformer(output, input)) =>
        (_output, _input) = (output, input);

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return inputSchema.With(new SchemaShape.Column(_output, SchemaErrors.Require(inputSchema, "input", _input)));
    }
}

/// <summary>Adds a column that is another under a new name.</summary>
public sealed class ColumnCopyingTransformer : OneToOneTransformerBase
{
    internal const string Kind = "CopyColumns";
    private readonly string _output, _input;

    internal ColumnCopyingTransformer(string output, string input) => (_output, _input) = (output, input);

    internal static ColumnCopyingTransformer Load(ModelReader model) => new(model.State.ReadString(), model.State.ReadString());

    private protected override RowMapper CreateMapper(DataViewSchema inputSchema) =>
        RowMapper.Copying(inputSchema, SchemaErrors.Require(inputSchema, "input", _input).Index, _output);

    private protected override void SaveModel(ModelSaveContext ctx) => ctx.Write(Kind, state =>
    {
        state.Write(_output);
        state.Write(_input);
    });
}
