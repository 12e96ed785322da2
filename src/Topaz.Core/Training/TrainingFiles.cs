using System.Globalization;

namespace Topaz.Training;

/// <summary>Where a training run leaves its files, and whether it goes on from them.</summary>
public sealed record TrainingFiles
{
    /// <summary>
    /// Models are written as <c>{prefix}_epoch{n}.sav</c> after each epoch, checkpoints as <c>{prefix}.checkpoint</c>; null
    /// for neither.
    /// </summary>
    public string? Prefix { get; init; }

    /// <summary>Whether a model is written after each epoch; otherwise only checkpoints are.</summary>
    public bool KeepModels { get; init; } = true;

    /// <summary>The training curve's file; null for none.</summary>
    public string? Curve { get; init; }

    /// <summary>Whether to go on from the checkpoint, if there is one.</summary>
    public bool Resume { get; init; }

    /// <summary>Epoch after which to stop, so that another run may go on from the checkpoint; null for the end of training.</summary>
    public int? LastEpoch { get; init; }

    /// <summary>π of the run to go on with, so that it need not be estimated again; null if there is none.</summary>
    /// <exception cref="TopazException">The checkpoint is damaged.</exception>
    public double? ResumedPi() => Resume && Checkpoint is { } path && File.Exists(path)
        && double.TryParse(CheckpointFile.Load(path).Settings.GetValueOrDefault("pi"), CultureInfo.InvariantCulture, out double pi)
            ? pi
            : null;

    /// <summary>The checkpoint's path; null without <see cref="Prefix"/>.</summary>
    public string? Checkpoint => Prefix is null ? null : Prefix + ".checkpoint";

    /// <summary>Path of the model after an epoch, counted from 1; null if none is written.</summary>
    public string? Model(int epoch) => Prefix is null || !KeepModels ? null : FormattableString.Invariant($"{Prefix}_epoch{epoch}.sav");
}
