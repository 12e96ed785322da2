using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms
{
    public sealed class ColumnConcatenatingEstimator : IEstimator<ColumnConcatenatingTransformer>
    {
        private readonly string _output;
        private readonly string[] _inputs;

        internal ColumnConcatenatingEstimator(string output, string[] inputs) => (_output, _inputs) = (output, inputs);

        public ColumnConcatenatingTransformer Fit(IDataView input)
        {
            ArgumentNullException.ThrowIfNull(input);
            return new ColumnConcatenatingTransformer(_output, _inputs);
        }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema)
        {
            ArgumentNullException.ThrowIfNull(inputSchema);
            SchemaShape.Column[] columns = [.. _inputs.Select(name => SchemaErrors.Require(inputSchema, "input", name))];
            SchemaShape.Column first = columns[0];
            foreach (SchemaShape.Column column in columns)
            {
                if (!column.ItemType.Equals(first.ItemType) || column.IsKey != first.IsKey)
                    throw new InvalidOperationException($"Concatenated columns should have the same type. Column '{column.Name}' has type of {column.ItemType}, but expected column type is {first.ItemType}.");
            }

            bool variable = columns.Any(c => c.Kind == SchemaShape.Column.VectorKind.VariableVector);
            bool named = !variable && columns.Any(c => c.Kind == SchemaShape.Column.VectorKind.Scalar || c.Annotations.Find(SlotNames.Kind) != null);
            return inputSchema.With(new SchemaShape.Column(_output, first,
                variable ? SchemaShape.Column.VectorKind.VariableVector : SchemaShape.Column.VectorKind.Vector, named ? SlotNames.Shape : new SchemaShape([])));
        }
    }
}

namespace Microsoft.ML.Data
{
    /// <summary>Joins columns of one item type, scalars and vectors, into one vector.</summary>
    public sealed class ColumnConcatenatingTransformer : RowToRowTransformerBase
    {
        internal const string Kind = "Concatenate";
        private readonly string _output;
        private readonly string[] _inputs;

        internal ColumnConcatenatingTransformer(string output, string[] inputs) => (_output, _inputs) = (output, inputs);

        internal static ColumnConcatenatingTransformer Load(ModelReader model) => new(model.State.ReadString(), model.ReadStrings());

        private protected override RowMapper CreateMapper(DataViewSchema inputSchema) => RowMapper.Computing(inputSchema,
            new ConcatenatedColumn(_output, [.. _inputs.Select(name => SchemaErrors.Require(inputSchema, "input", name))]));

        private protected override void SaveModel(ModelSaveContext ctx) => ctx.Write(Kind, state =>
        {
            state.Write(_output);
            ModelSaveContext.WriteStrings(state, _inputs);
        });
    }
}
