namespace Microsoft.ML;

/// <summary>The estimators that transform columns; extension methods add them.</summary>
public sealed class TransformsCatalog
{
    internal TransformsCatalog()
    {
    }

    public ConversionTransforms Conversion { get; } = new();

    public sealed class ConversionTransforms
    {
        internal ConversionTransforms()
        {
        }
    }
}
