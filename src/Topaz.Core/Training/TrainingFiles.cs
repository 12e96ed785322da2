namespace Topaz.Training;

/// <summary>Where a training run leaves its files, and whether it goes on from them.</summary>
public sealed record TrainingFiles
{
    /// <summary>
    /// Models are written as <c>{prefix}_epoch{n}.sav</c> after each epoch, checkpoints as <c>{prefix}.checkpoint</c>; null
    /// for neither.
    /// </summary>
    public string? Prefix { get; init; }

    /// <summary>The training curve's file; null for none.</summary>
    public string? Curve { get; init; }

    /// <summary>Whether to go on from the checkpoint, if there is one.</summary>
    public bool Resume { get; init; }

    /// <summary>The checkpoint's path; null without <see cref="Prefix"/>.</summary>
    public string? Checkpoint => Prefix is null ? null : Prefix + ".checkpoint";

    /// <summary>Path of the model after an epoch, counted from 1.</summary>
    public string? Model(int epoch) => Prefix is null ? null : FormattableString.Invariant($"{Prefix}_epoch{epoch}.sav");
}
