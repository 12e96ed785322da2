using Topaz.Networks;

namespace Topaz.Training;

/// <summary>How long to train where no one says.</summary>
public static class TrainingBudget
{
    /// <summary>Weight updates in each of some epochs.</summary>
    /// <param name="data">What is trained on.</param>
    /// <param name="epochs">Epochs.</param>
    /// <param name="start">The model that training starts from; null for random weights.</param>
    public static int UpdatesPerEpoch(TrainingData data, int epochs, PickerModel? start)
    {
        ArgumentNullException.ThrowIfNull(data);
        int labels = data.Micrographs.Sum(micrograph => data.Particles[micrograph.Name].Count);
        int updates = start is not null ? 200 : labels <= 100 ? 400 : labels <= 1000 ? 600 : 1000;
        return Math.Max(1, (updates + epochs - 1) / Math.Max(1, epochs));
    }
}
