using Topaz.Picking;

namespace Topaz.Cli.Extraction;

/// <summary>What the labelled micrographs taught.</summary>
/// <param name="Best">The radius that picks them best, and how well.</param>
/// <param name="Picks">Their picks with it, by micrograph.</param>
internal sealed record TunedPicks(TunedRadius Best, IReadOnlyDictionary<string, MicrographPicks> Picks);
