using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

public sealed class CustomMappingEstimator<TSrc, TDst> : TrivialEstimator<CustomMappingTransformer<TSrc, TDst>>
    where TSrc : class, new()
    where TDst : class, new()
{
    private readonly CustomMappingTransformer<TSrc, TDst> _mapping;

    internal CustomMappingEstimator(CustomMappingTransformer<TSrc, TDst> mapping) : base(mapping) => _mapping = mapping;

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        foreach (SchemaDefinition.Column wanted in _mapping.InputDefinition)
        {
            SchemaShape.Column expected = new(wanted.ColumnName, wanted.ColumnType);
            SchemaShape.Column actual = SchemaErrors.Require(inputSchema, "input", wanted.ColumnName);
            // A vector of known size also serves where any size will do.
            bool kindFits = actual.Kind == expected.Kind
                || (expected.Kind == SchemaShape.Column.VectorKind.VariableVector && actual.Kind == SchemaShape.Column.VectorKind.Vector);
            if (!kindFits || !actual.ItemType.Equals(expected.ItemType) || actual.IsKey != expected.IsKey)
                throw SchemaErrors.Mismatch("input", wanted.ColumnName, wanted.ColumnType.ToString()!, actual.TypeText());
        }

        return inputSchema.With(SchemaShape.Create(_mapping.OutputSchema));
    }
}

/// <summary>Adds the columns of <typeparamref name="TDst"/>, computed by a delegate from those of <typeparamref name="TSrc"/>.</summary>
public sealed class CustomMappingTransformer<TSrc, TDst> : RowToRowTransformerBase
    where TSrc : class, new()
    where TDst : class, new()
{
    private readonly Action<TSrc, TDst> _map;
    private readonly string? _contractName;
    private readonly ObjectRowSource<TDst> _outputs;

    internal CustomMappingTransformer(Action<TSrc, TDst> mapAction, string? contractName, SchemaDefinition? inputDefinition, SchemaDefinition? outputDefinition)
    {
        ArgumentNullException.ThrowIfNull(mapAction);
        _map = mapAction;
        _contractName = contractName;
        InputDefinition = inputDefinition ?? SchemaDefinition.Create(typeof(TSrc), SchemaDefinition.Direction.Write);
        _outputs = new ObjectRowSource<TDst>(outputDefinition ?? SchemaDefinition.Create(typeof(TDst), SchemaDefinition.Direction.Write));
    }

    internal SchemaDefinition InputDefinition { get; }

    internal DataViewSchema OutputSchema => _outputs.Schema;

    private protected override RowMapper CreateMapper(DataViewSchema inputSchema) =>
        RowMapper.Computing(inputSchema, new Computation(this, new RowObjectColumns(inputSchema, typeof(TSrc), InputDefinition, ignoreMissing: false)));

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        if (_contractName == null)
            throw new InvalidOperationException("Empty contract name for a transform: the transform cannot be saved");
        ctx.Write(CustomMappingContract.Kind, state =>
        {
            state.Write(_contractName);
            state.Write(_map.Method.DeclaringType!.Assembly.FullName!);
        });
    }

    private sealed class Computation(CustomMappingTransformer<TSrc, TDst> mapping, RowObjectColumns inputs) : ColumnComputation
    {
        public override IReadOnlyList<int> Inputs => [.. inputs.Columns.Select(c => c.Index)];

        public override IReadOnlyList<DataViewSchema.DetachedColumn> Outputs =>
            [.. mapping._outputs.Schema.Select(c => new DataViewSchema.DetachedColumn(c))];

        // Whichever output is asked for first in a row runs the mapping, on two objects that serve all rows.
        public override Delegate[] CreateGetters(DataViewRow input)
        {
            TSrc source = new();
            TDst destination = new();
            RowObjectFiller<TSrc> filler = new(input, inputs);
            long mappedPosition = -1;
            TDst Mapped()
            {
                if (input.Position != mappedPosition)
                {
                    filler.Fill(source);
                    mapping._map(source, destination);
                    mappedPosition = input.Position;
                }

                return destination;
            }

            return [.. Enumerable.Range(0, mapping._outputs.Schema.Count).Select(i => mapping._outputs.CreateGetter(i, Mapped))];
        }
    }
}
