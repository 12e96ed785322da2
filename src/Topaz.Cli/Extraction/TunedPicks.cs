using Topaz.Particles;
using Topaz.Picking;

namespace Topaz.Cli.Extraction;

/// <summary>What the labelled micrographs taught.</summary>
/// <param name="Best">The radius that picks them best, and how well.</param>
/// <param name="Picks">Their picks with it, by micrograph, in pixels of the raw micrographs.</param>
internal sealed record TunedPicks(TunedRadius Best, IReadOnlyDictionary<string, IReadOnlyList<Particle>> Picks);
