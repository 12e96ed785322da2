using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Estimators fitted one after another, each to what the transformers before it deliver.</summary>
public sealed class EstimatorChain<TLastTransformer> : IEstimator<TransformerChain<TLastTransformer>>
    where TLastTransformer : class, ITransformer
{
    private readonly Link[] _links;

    public EstimatorChain() : this([])
    {
    }

    private EstimatorChain(Link[] links)
    {
        _links = links;
        LastEstimator = (links.LastOrDefault()?.Estimator as IEstimator<TLastTransformer>)!;
    }

    public readonly IEstimator<TLastTransformer> LastEstimator;

    public TransformerChain<TLastTransformer> Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        // Errors of the columns should come before any estimator is fitted.
        GetOutputSchema(SchemaShape.Create(input.Schema));
        List<ITransformer> transformers = [];
        IDataView data = input;
        foreach (Link link in _links)
        {
            ITransformer transformer = link.Estimator.Fit(data);
            transformers.Add(transformer);
            data = transformer.Transform(data);
            if (link.CachesOutput)
                data = CachedView.Create(data);
        }

        return new TransformerChain<TLastTransformer>(transformers, _links.Select(l => l.Scope));
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return _links.Aggregate(inputSchema, (shape, link) => link.Estimator.GetOutputSchema(shape));
    }

    public EstimatorChain<TNewTrans> Append<TNewTrans>(IEstimator<TNewTrans> estimator, TransformerScope scope = TransformerScope.Everything)
        where TNewTrans : class, ITransformer
    {
        ArgumentNullException.ThrowIfNull(estimator);
        return new EstimatorChain<TNewTrans>([.. _links.Select(l => new EstimatorChain<TNewTrans>.Link(l.Estimator, l.Scope, l.CachesOutput)),
            new EstimatorChain<TNewTrans>.Link((IEstimator<ITransformer>)estimator, scope, false)]);
    }

    /// <summary>What follows is fitted to rows kept in memory.</summary>
    public EstimatorChain<TLastTransformer> AppendCacheCheckpoint(IHostEnvironment env)
    {
        ArgumentNullException.ThrowIfNull(env);
        return _links.Length == 0 ? this : new EstimatorChain<TLastTransformer>([.. _links[..^1], _links[^1] with { CachesOutput = true }]);
    }

    private sealed record Link(IEstimator<ITransformer> Estimator, TransformerScope Scope, bool CachesOutput);
}
