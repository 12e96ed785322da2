using Microsoft.ML.Transforms;

namespace Microsoft.ML;

public static class TransformExtensionsCatalog
{
    public static ColumnCopyingEstimator CopyColumns(this TransformsCatalog catalog, string outputColumnName, string inputColumnName)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ColumnNames.Require(outputColumnName, inputColumnName);
        return new ColumnCopyingEstimator(outputColumnName, inputColumnName);
    }

    public static ColumnConcatenatingEstimator Concatenate(this TransformsCatalog catalog, string outputColumnName, params string[] inputColumnNames)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        if (inputColumnNames == null || inputColumnNames.Length == 0)
            throw new ArgumentOutOfRangeException(nameof(inputColumnNames), "Input columns not specified");
        ColumnNames.Require([outputColumnName, .. inputColumnNames]);
        return new ColumnConcatenatingEstimator(outputColumnName, [.. inputColumnNames]);
    }

    public static ColumnSelectingEstimator DropColumns(this TransformsCatalog catalog, params string[] columnNames) =>
        Selecting(catalog, columnNames, drops: true, keepHidden: false);

    public static ColumnSelectingEstimator SelectColumns(this TransformsCatalog catalog, string[] columnNames, bool keepHidden) =>
        Selecting(catalog, columnNames, drops: false, keepHidden);

    public static ColumnSelectingEstimator SelectColumns(this TransformsCatalog catalog, params string[] columnNames) =>
        Selecting(catalog, columnNames, drops: false, keepHidden: false);

    private static ColumnSelectingEstimator Selecting(TransformsCatalog catalog, string[] columnNames, bool drops, bool keepHidden)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        if (columnNames == null || columnNames.Length == 0)
            throw new InvalidOperationException("Neither keepColumns and dropColumns is set. Exactly one must be specified.");
        ColumnNames.Require(columnNames);
        return new ColumnSelectingEstimator(new ColumnSelection([.. columnNames], drops, keepHidden));
    }
}
