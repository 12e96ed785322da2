using Topaz.Images;
using Topaz.Particles;

namespace Topaz.Simulation;

/// <summary>A simulated micrograph with the truth about it.</summary>
/// <param name="Micrograph">The image; in ice its mean is about 0 and its noise has standard deviation 1, protein is darker.</param>
/// <param name="Particles">Every whole particle whose centre lies in the image.</param>
/// <param name="Junk">Centres of what must not be picked: broken particles, members of aggregates, contamination.</param>
/// <param name="Optics">The contrast transfer the image was made with.</param>
public sealed record SimulatedMicrograph(
    Micrograph Micrograph, IReadOnlyList<Particle> Particles, IReadOnlyList<Particle> Junk, ContrastTransfer Optics);
