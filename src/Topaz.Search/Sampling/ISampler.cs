namespace Topaz.Search;

/// <summary>Draws the settings of new trials. The same arguments give the same settings.</summary>
internal interface ISampler
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
