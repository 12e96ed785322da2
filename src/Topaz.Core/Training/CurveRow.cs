namespace Topaz.Training;

/// <summary>One row of the training curve. NaN where a column does not apply.</summary>
/// <remarks>Single precision, so that rows survive a checkpoint without a change.</remarks>
/// <param name="Epoch">Epoch, counted from 1.</param>
/// <param name="Iteration">Weight updates so far.</param>
/// <param name="IsTest">Whether the row is of the test micrographs after an epoch, not of one minibatch in training.</param>
/// <param name="Loss">Classification loss.</param>
/// <param name="Penalty">Expectation penalty of the GE objectives.</param>
/// <param name="ReconstructionError">Mean over the minibatch of the sum of squared differences.</param>
/// <param name="Precision">Soft precision, labels being the positives.</param>
/// <param name="AdjustedPrecision">Precision / (observed fraction / π).</param>
/// <param name="TruePositiveRate">Mean probability of labelled pixels.</param>
/// <param name="FalsePositiveRate">Mean probability of the other pixels.</param>
/// <param name="Auprc">Pixel-level area under the precision-recall curve of the test micrographs.</param>
public readonly record struct CurveRow(
    int Epoch,
    int Iteration,
    bool IsTest,
    float Loss,
    float Penalty,
    float ReconstructionError,
    float Precision,
    float AdjustedPrecision,
    float TruePositiveRate,
    float FalsePositiveRate,
    float Auprc);
