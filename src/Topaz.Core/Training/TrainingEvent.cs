namespace Topaz.Training;

/// <summary>Something happened in training: an update or a validation gave a row of the curve.</summary>
/// <param name="Row">The row.</param>
/// <param name="Updates">Weight updates so far.</param>
public readonly record struct TrainingEvent(CurveRow Row, long Updates);
