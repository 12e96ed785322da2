using Topaz.Networks;

namespace Topaz.Training;

/// <summary>How long to train where no one says.</summary>
public static class TrainingBudget
{
    // EMPIAR-10028, 243 labels, resnet8 with 16 units: AUPRC .792, .869, .887 after 200, 400, 600 updates.
    private const int ManyLabels = 1000, FewLabelled = 600, ManyLabelled = 1000, FromModel = 200;

    /// <summary>Weight updates in each of some epochs.</summary>
    /// <param name="data">What is trained on.</param>
    /// <param name="epochs">Epochs.</param>
    /// <param name="start">The model that training starts from; null for random weights.</param>
    public static int UpdatesPerEpoch(TrainingData data, int epochs, PickerModel? start)
    {
        ArgumentNullException.ThrowIfNull(data);
        int updates = start is not null ? FromModel : data.LabelCount <= ManyLabels ? FewLabelled : ManyLabelled;
        return Math.Max(1, (updates + epochs - 1) / Math.Max(1, epochs));
    }
}
