namespace Topaz.Search;

/// <summary>What a trial reached after some epochs.</summary>
/// <param name="Trial">Its number.</param>
/// <param name="Parameters">Its settings.</param>
/// <param name="Epochs">Epochs.</param>
/// <param name="Value">What it reached; more is better.</param>
public sealed record Observation(int Trial, TrialParameters Parameters, int Epochs, double Value);
