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

    public static ValueMappingEstimator<TInputType, TOutputType> MapValue<TInputType, TOutputType>(
        this TransformsCatalog.ConversionTransforms catalog, string outputColumnName,
        IEnumerable<KeyValuePair<TInputType, TOutputType[]>> keyValuePairs, string? inputColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ColumnNames.Require(outputColumnName);
        return new ValueMappingEstimator<TInputType, TOutputType>(ValueMap.Create(keyValuePairs), outputColumnName, inputColumnName ?? outputColumnName);
    }

    public static ValueMappingEstimator MapValue(this TransformsCatalog.ConversionTransforms catalog, string outputColumnName,
        IDataView lookupMap, DataViewSchema.Column keyColumn, DataViewSchema.Column valueColumn, string? inputColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(lookupMap);
        return new ValueMappingEstimator(ValueMap.Create(lookupMap, keyColumn, valueColumn), outputColumnName, inputColumnName ?? outputColumnName);
    }
}
