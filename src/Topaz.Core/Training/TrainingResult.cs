using Topaz.Networks;

namespace Topaz.Training;

/// <summary>What training gave.</summary>
/// <param name="Model">The model of the best epoch, if there are test micrographs; else that with the last weights.</param>
/// <param name="Curve">The training curve.</param>
/// <param name="Updates">Weight updates.</param>
/// <param name="Completed">False if the run was stopped before its end.</param>
public sealed record TrainingResult(PickerModel Model, IReadOnlyList<CurveRow> Curve, long Updates, bool Completed);
