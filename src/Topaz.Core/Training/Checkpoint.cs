using Topaz.Compute;
using Topaz.Networks;

namespace Topaz.Training;

/// <summary>A training run between two updates: enough to go on as if it had never stopped.</summary>
/// <param name="Architecture">The network, with its decoder if it has one.</param>
/// <param name="State">Weights, Adam's moments and steps.</param>
/// <param name="Updates">Weight updates so far; the next minibatch follows from it and the seed.</param>
/// <param name="ClosedEpochs">Epochs that were validated and saved.</param>
/// <param name="History">The training curve so far.</param>
/// <param name="Settings">All that a run that goes on must share, by name.</param>
internal sealed record Checkpoint(
    Architecture Architecture,
    TrainerState State,
    long Updates,
    int ClosedEpochs,
    IReadOnlyList<CurveRow> History,
    IReadOnlyDictionary<string, string> Settings)
{
    /// <summary>Whether the run came to its planned end.</summary>
    public bool IsFinished => Settings.GetValueOrDefault("epochs") == ModelMetadata.Text(ClosedEpochs)
        || EarlyStopping.IsOver(History, int.TryParse(Settings.GetValueOrDefault("patience"), out int patience) ? patience : null, ClosedEpochs);
}
