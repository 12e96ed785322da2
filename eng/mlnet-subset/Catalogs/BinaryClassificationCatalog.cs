using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Evaluates predictions of two classes.</summary>
public sealed class BinaryClassificationCatalog
{
    internal BinaryClassificationCatalog()
    {
    }

    public CalibratedBinaryClassificationMetrics Evaluate(IDataView data, string labelColumnName = "Label", string scoreColumnName = "Score",
        string probabilityColumnName = "Probability", string predictedLabelColumnName = "PredictedLabel")
    {
        ArgumentNullException.ThrowIfNull(data);
        return new CalibratedBinaryClassificationMetrics(
            ScoredExamples.Read(data, labelColumnName, scoreColumnName, probabilityColumnName, predictedLabelColumnName));
    }

    public BinaryClassificationMetrics EvaluateNonCalibrated(IDataView data, string labelColumnName = "Label", string scoreColumnName = "Score",
        string predictedLabelColumnName = "PredictedLabel")
    {
        ArgumentNullException.ThrowIfNull(data);
        return new BinaryClassificationMetrics(ScoredExamples.Read(data, labelColumnName, scoreColumnName, null, predictedLabelColumnName));
    }
}
