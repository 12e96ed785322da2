using Topaz.Networks;

namespace Topaz.Training;

/// <summary>Something happened in training: an update or a validation gave a row of the curve.</summary>
/// <param name="Row">The row.</param>
/// <param name="Updates">Weight updates so far.</param>
/// <param name="Planned">Weight updates of the whole run.</param>
public readonly record struct TrainingEvent(CurveRow Row, long Updates, long Planned);

/// <summary>What training gave.</summary>
/// <param name="Model">The model with the last weights.</param>
/// <param name="Curve">The training curve.</param>
/// <param name="Updates">Weight updates.</param>
/// <param name="Completed">False if the run was stopped before its end.</param>
public sealed record TrainingResult(PickerModel Model, IReadOnlyList<CurveRow> Curve, long Updates, bool Completed);
