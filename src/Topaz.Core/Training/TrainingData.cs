using Topaz.Images;
using Topaz.Particles;

namespace Topaz.Training;

/// <summary>What a picker learns from and, optionally, what it is validated on after each epoch.</summary>
/// <param name="Micrographs">Prepared micrographs to train on.</param>
/// <param name="Particles">Their labels, in pixels of the prepared micrographs.</param>
/// <param name="TestMicrographs">Prepared micrographs to validate on; null for none.</param>
/// <param name="TestParticles">Their labels.</param>
public sealed record TrainingData(
    IReadOnlyList<Micrograph> Micrographs,
    ParticleTable Particles,
    IReadOnlyList<Micrograph>? TestMicrographs = null,
    ParticleTable? TestParticles = null)
{
    /// <summary>Labels on the micrographs to train on.</summary>
    public int LabelCount => Micrographs.Sum(micrograph => Particles[micrograph.Name].Count);
}
