namespace Topaz.Search;

/// <summary>Draws uniformly, along the logarithm where ratios matter.</summary>
internal sealed class RandomSampler : ISampler
{
    /// <inheritdoc/>
    public TrialParameters Draw(SearchSpace space, IReadOnlyList<Observation> observed, int trial, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(space);
        if (trial == 0)
            return space.Defaults;
        return new TrialParameters(space.Dimensions.Select((dimension, i) =>
        {
            var random = new RandomStream(seed, (uint)trial, (uint)i);
            return KeyValuePair.Create(dimension.Name, dimension switch
            {
                RangeDimension range => Dimension.Text(range.At(random.NextDouble())),
                CategoricalDimension categorical => categorical.Values[random.NextInt32(categorical.Values.Count)],
                _ => throw new ArgumentOutOfRangeException(nameof(space)),
            });
        }));
    }
}
