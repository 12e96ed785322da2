using Microsoft.ML.Transforms;

namespace Microsoft.ML;

public static class ConversionsExtensionsCatalog
{
    public static ValueMappingEstimator<TInputType, TOutputType> MapValue<TInputType, TOutputType>(
        this TransformsCatalog.ConversionTransforms catalog, string outputColumnName,
        IEnumerable<KeyValuePair<TInputType, TOutputType>> keyValuePairs, string? inputColumnName = null, bool treatValuesAsKeyType = false)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ColumnNames.Require(outputColumnName);
        if (treatValuesAsKeyType)
            throw new NotSupportedException("Values as keys are not in this subset");
        return new ValueMappingEstimator<TInputType, TOutputType>(ValueMap.Create(keyValuePairs), outputColumnName, inputColumnName ?? outputColumnName);
    }
}
