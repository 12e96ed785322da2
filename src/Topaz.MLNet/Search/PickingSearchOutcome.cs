using Microsoft.ML;
using Topaz.Networks;
using Topaz.Search;

namespace Topaz.MLNet;

/// <summary>What a search found.</summary>
/// <param name="Model">Picks raw micrographs with the network that was trained with the best settings, at the threshold that balances precision and recall best by estimate.</param>
/// <param name="Network">That network, what its scores are worth, and a way to the <c>topaz</c> command by <see cref="Networks.ModelFile.Save"/>.</param>
/// <param name="Best">The best trial.</param>
/// <param name="Trials">All trials.</param>
/// <param name="Importance">Which settings mattered, most first; empty for less than six trials.</param>
public sealed record PickingSearchOutcome(
    ITransformer Model, PickerModel Network, Trial Best, IReadOnlyList<Trial> Trials, IReadOnlyList<ParameterImportance> Importance);
