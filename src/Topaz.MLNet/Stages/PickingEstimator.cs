using Microsoft.ML;
using Microsoft.ML.Data;

namespace Topaz.MLNet;

/// <summary>What the estimators of this library have in common.</summary>
/// <typeparam name="TTransformer">What <see cref="Fit"/> gives.</typeparam>
public abstract class PickingEstimator<TTransformer> : IEstimator<TTransformer>
    where TTransformer : PickingTransformer
{
    private readonly IReadOnlyList<InputColumn> _inputs;

    private protected PickingEstimator(MLContext ml, params IReadOnlyList<InputColumn> inputs)
    {
        ArgumentNullException.ThrowIfNull(ml);
        (Context, _inputs) = (ml, inputs);
    }

    private protected MLContext Context { get; }

    /// <summary>Learns from the data, where there is something to learn.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type; the message names it.</exception>
    /// <exception cref="TopazException">The data cannot be read, or make no sense.</exception>
    public TTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        CheckColumns(input.Schema);
        return Learn(input);
    }

    /// <summary>The columns after this stage, if those before it are as given.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type; the message names it.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        foreach (InputColumn column in _inputs)
            column.Check(inputSchema);
        return Shape.GetOutputSchema(inputSchema);
    }

    /// <summary>The stage before it has learned: columns of a <see cref="SchemaShape"/> can only be made by stock estimators.</summary>
    private protected abstract IEstimator<ITransformer> Shape { get; }

    private protected abstract TTransformer Learn(IDataView input);

    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type; the message names it.</exception>
    private protected void CheckColumns(DataViewSchema schema)
    {
        foreach (InputColumn column in _inputs)
            column.Check(schema);
    }
}

/// <summary>
/// What the transformers of this library have in common: each is a typed front of a chain of ML.NET's own transforms, which is what
/// is saved. One transformer may be used by many threads and prediction engines at once.
/// </summary>
/// <remarks>
/// What goes wrong in a row is a <see cref="TopazException"/> that names the column. It is thrown when the row is read; where ML.NET
/// computes rows on several threads, it is the innermost exception of the one that ML.NET throws.
/// </remarks>
public abstract class PickingTransformer : ITransformer
{
    private readonly ITransformer _chain;
    private readonly IReadOnlyList<InputColumn> _inputs;

    private protected PickingTransformer(ITransformer chain, params IReadOnlyList<InputColumn> inputs) =>
        (_chain, _inputs) = (chain, inputs);

    /// <summary>True: one micrograph in, one row out.</summary>
    public bool IsRowToRowMapper => _chain.IsRowToRowMapper;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        Check(inputSchema);
        return _chain.GetOutputSchema(inputSchema);
    }

    /// <inheritdoc/>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Check(input.Schema);
        return _chain.Transform(input);
    }

    /// <inheritdoc/>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        Check(inputSchema);
        return _chain.GetRowToRowMapper(inputSchema);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => _chain.Save(ctx);

    private void Check(DataViewSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        foreach (InputColumn column in _inputs)
            column.Check(schema);
    }
}
