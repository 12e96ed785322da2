using Microsoft.ML.Transforms;

namespace Microsoft.ML;

public static class TransformExtensionsCatalog
{
    public static ColumnCopyingEstimator CopyColumns(this TransformsCatalog catalog, string outputColumnName, string inputColumnName)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        ArgumentException.ThrowIfNullOrEmpty(inputColumnName);
        return new ColumnCopyingEstimator(outputColumnName, inputColumnName);
    }

    public static ColumnConcatenatingEstimator Concatenate(this TransformsCatalog catalog, string outputColumnName, params string[] inputColumnNames)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        RequireNames(inputColumnNames, nameof(inputColumnNames));
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
        RequireNames(columnNames, nameof(columnNames));
        return new ColumnSelectingEstimator(new ColumnSelection([.. columnNames], drops, keepHidden));
    }

    private static void RequireNames(string[] names, string parameter)
    {
        if (names == null || names.Length == 0 || names.Any(string.IsNullOrEmpty))
            throw new ArgumentException("Must contain names of columns", parameter);
    }
}
