namespace Microsoft.ML;

internal static class ColumnNames
{
    /// <summary>Refuses names that are null or empty.</summary>
    public static void Require(params string[] columns)
    {
        if (Array.Exists(columns, string.IsNullOrEmpty))
            throw new ArgumentOutOfRangeException(nameof(columns), "columns cannot be null or empty");
    }
}
