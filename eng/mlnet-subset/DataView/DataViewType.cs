namespace Microsoft.ML.Data;

/// <summary>The type of a column; <see cref="RawType"/> is the .NET type that its getters deliver.</summary>
public abstract class DataViewType : IEquatable<DataViewType>
{
    private protected DataViewType(Type rawType)
    {
        ArgumentNullException.ThrowIfNull(rawType);
        RawType = rawType;
    }

    public Type RawType { get; }

    public abstract bool Equals(DataViewType other);
}

/// <summary>A type whose values own nothing and can be copied by assignment.</summary>
public abstract class PrimitiveDataViewType(Type rawType) : DataViewType(rawType);

/// <summary>A type whose values have parts: vectors and custom types.</summary>
public abstract class StructuredDataViewType(Type rawType) : DataViewType(rawType);
