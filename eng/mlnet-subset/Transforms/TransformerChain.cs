using System.Collections;

namespace Microsoft.ML.Data;

/// <summary>Transformers applied one after another.</summary>
public sealed class TransformerChain<TLastTransformer> : ITransformer, IEnumerable<ITransformer>, IDisposable
    where TLastTransformer : class, ITransformer
{
    private readonly ITransformer[] _transformers;
    private readonly TransformerScope[] _scopes;

    public TransformerChain(IEnumerable<ITransformer> transformers, IEnumerable<TransformerScope> scopes)
    {
        ArgumentNullException.ThrowIfNull(transformers);
        ArgumentNullException.ThrowIfNull(scopes);
        _transformers = [.. transformers];
        _scopes = [.. scopes];
        if (_transformers.Length != _scopes.Length)
            throw new ArgumentException("Each transformer needs a scope", nameof(scopes));
        LastTransformer = (_transformers.LastOrDefault() as TLastTransformer)!;
    }

    public TransformerChain(params ITransformer[] transformers)
        : this(transformers, Enumerable.Repeat(TransformerScope.Everything, transformers.Length))
    {
    }

    public readonly TLastTransformer LastTransformer;

    bool ITransformer.IsRowToRowMapper => _transformers.All(t => t.IsRowToRowMapper);

    private IEnumerable<ITransformer> Scoring => _transformers.Where((_, i) => _scopes[i].HasFlag(TransformerScope.Scoring));

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return Scoring.Aggregate(inputSchema, (schema, t) => t.GetOutputSchema(schema));
    }

    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        // Errors of the columns should come before any work.
        GetOutputSchema(input.Schema);
        return Scoring.Aggregate(input, (data, t) => t.Transform(data));
    }

    public TransformerChain<TNewLast> Append<TNewLast>(TNewLast transformer, TransformerScope scope = TransformerScope.Everything)
        where TNewLast : class, ITransformer
    {
        ArgumentNullException.ThrowIfNull(transformer);
        return new TransformerChain<TNewLast>([.. _transformers, transformer], [.. _scopes, scope]);
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        if (!((ITransformer)this).IsRowToRowMapper)
            throw new InvalidOperationException("GetRowToRowMapper method called despite IsRowToRowMapper being false.");
        if (_transformers.Length == 0)
            return RowMapper.Identity(inputSchema);
        List<IRowToRowMapper> mappers = [];
        foreach (ITransformer transformer in _transformers)
        {
            mappers.Add(transformer.GetRowToRowMapper(inputSchema));
            inputSchema = mappers[^1].OutputSchema;
        }

        return new ChainMapper(mappers);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.Write(TransformerChainModel.Kind, state =>
        {
            state.Write(_scopes.Length);
            foreach (TransformerScope scope in _scopes)
                state.Write((int)scope);
        });
        for (int i = 0; i < _transformers.Length; i++)
            ctx.SaveChild(TransformerChainModel.ChildName(i), _transformers[i]);
    }

    public IEnumerator<ITransformer> GetEnumerator() => ((IEnumerable<ITransformer>)_transformers).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose()
    {
        foreach (ITransformer transformer in _transformers)
            (transformer as IDisposable)?.Dispose();
    }
}

/// <summary>A chain in a model file.</summary>
internal static class TransformerChainModel
{
    public const string Kind = "TransformerChain";

    public static string ChildName(int index) => $"Transform_{index:000}";

    public static ITransformer Load(ModelReader model)
    {
        TransformerScope[] scopes = new TransformerScope[model.State.ReadInt32()];
        for (int i = 0; i < scopes.Length; i++)
            scopes[i] = (TransformerScope)model.State.ReadInt32();
        return new TransformerChain<ITransformer>(scopes.Select((_, i) => model.LoadChild(ChildName(i))).ToArray(), scopes);
    }
}
