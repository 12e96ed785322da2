using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>Which column type a .NET type has.</summary>
internal static class ColumnTypes
{
    private static readonly Dictionary<Type, PrimitiveDataViewType> Standard = NumberDataViewType.All.Cast<PrimitiveDataViewType>()
        .Concat([BooleanDataViewType.Instance, TextDataViewType.Instance, RowIdDataViewType.Instance,
            DateTimeDataViewType.Instance, DateTimeOffsetDataViewType.Instance, TimeSpanDataViewType.Instance])
        .ToDictionary(t => t.RawType);

    public static bool TryGetStandard(Type type, out PrimitiveDataViewType? columnType) =>
        Standard.TryGetValue(type == typeof(string) ? typeof(ReadOnlyMemory<char>) : type, out columnType);

    /// <summary>The item type of an array or a <see cref="VBuffer{T}"/>, else null.</summary>
    public static Type? VectorItem(Type type) => type.IsArray
        ? type.GetElementType()
        : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(VBuffer<>) ? type.GetGenericArguments()[0] : null;

    /// <summary>The column type of a field or property of a row class, by its .NET type and its attributes.</summary>
    public static DataViewType OfMember(MemberInfo member, Type type)
    {
        DataViewTypeAttribute[] custom = [.. member.GetCustomAttributes<DataViewTypeAttribute>()];
        if (custom.Length > 1)
            throw Wrong("userType", $"Member {member.Name} cannot be marked with multiple attributes, {string.Join(", ", custom.Select(a => a.GetType().Name))}, derived from {typeof(DataViewTypeAttribute)}.");
        if (DataViewTypeManager.Find(type, custom.FirstOrDefault()) is { } registered)
            return registered;

        Type? itemType = VectorItem(type);
        if (!TryGetStandard(itemType ?? type, out PrimitiveDataViewType? item))
            throw Wrong("rawType", $"Could not determine an IDataView type and registered custom types for member {member.Name}");

        if (member.GetCustomAttribute<KeyTypeAttribute>() is { } key)
        {
            if (!KeyDataViewType.IsValidDataType(item!.RawType))
                throw Wrong("userType", $"Member {member.Name} marked with KeyType attribute, but does not appear to be a valid kind of data for a key type");
            item = new KeyDataViewType(item.RawType, key.Count
                ?? throw new NotSupportedException("Using KeyType without the Count parameter is not supported"));
        }

        VectorTypeAttribute? vector = member.GetCustomAttribute<VectorTypeAttribute>();
        if (itemType == null)
        {
            return vector == null
                ? item!
                : throw Wrong("userType", $"Member {member.Name} marked with {nameof(VectorTypeAttribute)}, but does not appear to be a vector type");
        }

        return vector?.Dimensions is { Length: > 0 } dimensions ? new VectorDataViewType(item!, dimensions) : new VectorDataViewType(item!);
    }

    private static ArgumentOutOfRangeException Wrong(string parameter, string message) => new(parameter, message);
}
