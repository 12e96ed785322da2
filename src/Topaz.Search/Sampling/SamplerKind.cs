namespace Topaz.Search;

/// <summary>How the settings of new trials are drawn.</summary>
public enum SamplerKind
{
    /// <summary>Near what was good, by a tree-structured Parzen estimator (Bergstra et al., NeurIPS 2011).</summary>
    Tpe,

    /// <summary>Uniformly, along the logarithm where ratios matter.</summary>
    Random,
}
