using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

public class ValueMappingEstimator : TrivialEstimator<ValueMappingTransformer>
{
    private readonly ValueMap _map;
    private readonly string _output, _input;

    internal ValueMappingEstimator(ValueMap map, string output, string input) : base(new ValueMappingTransformer(map, output, input)) =>
        (_map, _output, _input) = (map, output, input);

    public sealed override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        SchemaShape.Column source = SchemaErrors.Require(inputSchema, "input", _input);
        return inputSchema.With(new SchemaShape.Column(_output, new SchemaShape.Column(_output, _map.ValueType), source.Kind));
    }
}

public sealed class ValueMappingEstimator<TKey, TValue> : ValueMappingEstimator
{
    internal ValueMappingEstimator(ValueMap map, string output, string input) : base(map, output, input)
    {
    }
}

/// <summary>
/// Replaces each value, or each item of a vector, by what a table says; by the type's default where it says nothing.
/// A column of another type than the table's keys is refused only when it is read.
/// </summary>
public class ValueMappingTransformer : OneToOneTransformerBase
{
    internal const string Kind = "MapValue";
    private readonly ValueMap _map;
    private readonly string _output, _input;

    internal ValueMappingTransformer(ValueMap map, string output, string input) => (_map, _output, _input) = (map, output, input);

    internal static ValueMappingTransformer Load(ModelReader model) =>
        new(ValueMap.Load(model.State), model.State.ReadString(), model.State.ReadString());

    private protected override RowMapper CreateMapper(DataViewSchema inputSchema) =>
        RowMapper.Computing(inputSchema, new MappedColumn(_map, _output, SchemaErrors.Require(inputSchema, "input", _input)));

    private protected override void SaveModel(ModelSaveContext ctx) => ctx.Write(Kind, state =>
    {
        _map.Save(state);
        state.Write(_output);
        state.Write(_input);
    });

    private sealed class MappedColumn : ColumnComputation
    {
        private readonly ValueMap _map;
        private readonly DataViewSchema.Column _input;

        public MappedColumn(ValueMap map, string output, DataViewSchema.Column input)
        {
            (_map, _input) = (map, input);
            DataViewType type = input.Type is VectorDataViewType ? new VectorDataViewType(map.ValueType) : map.ValueType;
            Outputs = [new DataViewSchema.DetachedColumn(output, type)];
        }

        public override IReadOnlyList<int> Inputs => [_input.Index];

        public override IReadOnlyList<DataViewSchema.DetachedColumn> Outputs { get; }

        public override Delegate[] CreateGetters(DataViewRow input) => [_map.CreateGetter(input, _input)];
    }
}
