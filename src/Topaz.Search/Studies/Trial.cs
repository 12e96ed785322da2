namespace Topaz.Search;

/// <summary>What a trial is doing.</summary>
public enum TrialState
{
    /// <summary>A process works on it, or did when it was killed.</summary>
    Running,

    /// <summary>Its search was ended in the middle of it; the next process goes on with it.</summary>
    Interrupted,

    /// <summary>It finished a rung and goes on only if it is among the best there.</summary>
    Waiting,

    /// <summary>It finished the top rung.</summary>
    Finished,

    /// <summary>It cannot be done; the error says why.</summary>
    Failed,
}

/// <summary>One trial of a study.</summary>
/// <param name="Number">Its number, from 0.</param>
/// <param name="State">What it is doing.</param>
/// <param name="Parameters">Its settings.</param>
/// <param name="Epochs">Epochs that it finished.</param>
/// <param name="Value">What it reached there: for pickers the estimated AUPRC, 0 to 1. Null before its first rung.</param>
/// <param name="Seconds">Time spent on its finished rungs.</param>
/// <param name="Error">Why it failed; null otherwise.</param>
public sealed record Trial(int Number, TrialState State, TrialParameters Parameters, int Epochs, double? Value, double Seconds, string? Error);

/// <summary>What a worker is to do next: bring a trial from one rung to another.</summary>
/// <param name="Trial">The trial's number.</param>
/// <param name="Parameters">Its settings.</param>
/// <param name="FromEpochs">Epochs that it finished; a checkpoint may have more.</param>
/// <param name="ToEpochs">Epochs to bring it to.</param>
public sealed record Job(int Trial, TrialParameters Parameters, int FromEpochs, int ToEpochs);

/// <summary>What an evaluation found.</summary>
/// <param name="Value">More is better.</param>
/// <param name="Details">What else is worth keeping, as text; empty for nothing.</param>
public sealed record TrialResult(double Value, string Details = "");
