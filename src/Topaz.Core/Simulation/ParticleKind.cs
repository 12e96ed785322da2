namespace Topaz.Simulation;

/// <summary>Shapes of simulated particles, after what is often seen in micrographs.</summary>
public enum ParticleKind
{
    /// <summary>A roundish complex of two unequal lobes, like a ribosome; 150 Å by default.</summary>
    Compact,

    /// <summary>A rod of four stacked rings, two and a half times as long as wide, like a proteasome; 200 Å by default.</summary>
    Elongated,

    /// <summary>A hollow barrel with four-fold symmetry; 150 Å by default.</summary>
    Barrel,

    /// <summary>A few loosely joined domains, barely larger than the noise's grain; 90 Å by default.</summary>
    Small,
}
