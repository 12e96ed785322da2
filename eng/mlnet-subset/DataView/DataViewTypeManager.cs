namespace Microsoft.ML.Data;

/// <summary>Put on a field or property: says which custom column type its .NET type has.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field, AllowMultiple = true)]
public abstract class DataViewTypeAttribute : Attribute, IEquatable<DataViewTypeAttribute>
{
    /// <summary>Must call <see cref="DataViewTypeManager"/>.Register for the type that the attribute stands for.</summary>
    public abstract void Register();

    public abstract bool Equals(DataViewTypeAttribute other);
}

/// <summary>The custom column types of this process: pairs of a .NET type with its attributes and a column type.</summary>
public static class DataViewTypeManager
{
    private static readonly Lock Gate = new();
    private static readonly List<(Type Type, DataViewTypeAttribute? Attribute, DataViewType ColumnType)> Entries = [];

    public static void Register(DataViewType dataViewType, Type type, IEnumerable<Attribute> typeAttributes)
    {
        DataViewTypeAttribute[] ours = [.. typeAttributes.OfType<DataViewTypeAttribute>()];
        if (ours.Length > 1)
            throw new ArgumentOutOfRangeException(nameof(typeAttributes), $"Type {type} has too many {nameof(DataViewTypeAttribute)} attributes.");
        Register(dataViewType, type, ours.FirstOrDefault());
    }

    public static void Register(DataViewType dataViewType, Type type, DataViewTypeAttribute? typeAttribute = null)
    {
        ArgumentNullException.ThrowIfNull(dataViewType);
        ArgumentNullException.ThrowIfNull(type);
        if (ColumnTypes.TryGetStandard(type, out _))
            throw new ArgumentOutOfRangeException(nameof(type), $"Type {type} has been registered as ML.NET's default supported type, so it can't not be registered again.");
        lock (Gate)
        {
            DataViewType? other = Entries.FirstOrDefault(e => e.Type == type && Equals(e.Attribute, typeAttribute)).ColumnType;
            if (other != null && !other.Equals(dataViewType))
                throw new ArgumentOutOfRangeException(nameof(type), $"Repeated type register. The raw type {type} has been associated with {other} so it cannot be associated with {dataViewType}.");
            Type? otherType = Entries.FirstOrDefault(e => e.ColumnType.Equals(dataViewType) && (e.Type != type || !Equals(e.Attribute, typeAttribute))).Type;
            if (otherType != null)
                throw new ArgumentOutOfRangeException(nameof(dataViewType), $"Repeated type register. The DataView type {dataViewType} has been associated with {otherType} so it cannot be associated with {type}.");
            if (other == null)
                Entries.Add((type, typeAttribute, dataViewType));
        }
    }

    internal static DataViewType? Find(Type type, DataViewTypeAttribute? attribute)
    {
        attribute?.Register();
        lock (Gate)
            return Entries.FirstOrDefault(e => e.Type == type && Equals(e.Attribute, attribute)).ColumnType;
    }
}
