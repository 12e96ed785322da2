using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetContract.Tests;

/// <summary>An estimator that remembers what it was given and adds a copy of the first column.</summary>
internal sealed class ShapeProbe(MLContext ml, string? readColumn = null) : IEstimator<ITransformer>
{
    public SchemaShape? Shape { get; private set; }

    public IDataView? Data { get; private set; }

    public ITransformer Fit(IDataView input)
    {
        Data = input;
        for (int pass = 0; readColumn != null && pass < 3; pass++)
            input.Floats(readColumn);
        return ml.Transforms.CopyColumns("probe", input.Schema[0].Name).Fit(input);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => Shape = inputSchema;
}

/// <summary>A transformer that counts how often it is disposed; otherwise another transformer.</summary>
internal sealed class DisposalProbe(ITransformer inner) : ITransformer, IDisposable
{
    public int Disposals { get; private set; }

    public bool IsRowToRowMapper => inner.IsRowToRowMapper;

    public void Dispose() => Disposals++;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inner.GetOutputSchema(inputSchema);

    public IDataView Transform(IDataView input) => inner.Transform(input);

    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => inner.GetRowToRowMapper(inputSchema);

    public void Save(ModelSaveContext ctx) => inner.Save(ctx);
}

/// <summary>A transformer that maps no single rows.</summary>
internal sealed class WholeDataTransformer : ITransformer
{
    public bool IsRowToRowMapper => false;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inputSchema;

    public IDataView Transform(IDataView input) => input;

    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => throw new NotSupportedException();

    public void Save(ModelSaveContext ctx) => throw new NotSupportedException("not saved");
}
