namespace Topaz.Search;

/// <summary>How the settings of new trials are drawn.</summary>
public enum SamplerKind
{
    /// <summary><see cref="TpeSampler"/>.</summary>
    Tpe,

    /// <summary><see cref="RandomSampler"/>.</summary>
    Random,
}

/// <summary>What a trial reached after some epochs.</summary>
/// <param name="Trial">Its number.</param>
/// <param name="Parameters">Its settings.</param>
/// <param name="Epochs">Epochs.</param>
/// <param name="Value">What it reached; more is better.</param>
public sealed record Observation(int Trial, TrialParameters Parameters, int Epochs, double Value);

/// <summary>Draws the settings of new trials. The same arguments give the same settings.</summary>
public interface ISampler
{
    /// <summary>Draws the settings of a trial; the first one has the defaults.</summary>
    /// <param name="space">What can be chosen.</param>
    /// <param name="observed">What earlier trials reached.</param>
    /// <param name="trial">The trial's number, from 0.</param>
    /// <param name="seed">The study's seed.</param>
    TrialParameters Draw(SearchSpace space, IReadOnlyList<Observation> observed, int trial, ulong seed);

    /// <summary>The sampler of a kind.</summary>
    static ISampler Create(SamplerKind kind) => kind == SamplerKind.Random ? new RandomSampler() : new TpeSampler();
}

/// <summary>Draws uniformly, along the logarithm where ratios matter.</summary>
public sealed class RandomSampler : ISampler
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
