namespace Microsoft.ML.Data;

/// <summary>Put on a field or property: says which custom column type its .NET type has.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field, AllowMultiple = true)]
public abstract class DataViewTypeAttribute : Attribute, IEquatable<DataViewTypeAttribute>
{
    /// <summary>Must call <see cref="DataViewTypeManager"/>.Register for the type that the attribute stands for.</summary>
    public abstract void Register();

    public abstract bool Equals(DataViewTypeAttribute? other);
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
            throw new ArgumentException($"Type {type} has too many {nameof(DataViewTypeAttribute)} attributes.", nameof(typeAttributes));
        Register(dataViewType, type, ours.FirstOrDefault());
    }

    public static void Register(DataViewType dataViewType, Type type, DataViewTypeAttribute? typeAttribute = null)
    {
        ArgumentNullException.ThrowIfNull(dataViewType);
        ArgumentNullException.ThrowIfNull(type);
        if (dataViewType.RawType != type && ColumnTypes.TryGetStandard(type, out _))
            throw new ArgumentException($"Type {type} has been registered as ML.NET's default supported type, so it can't not be registered again.", nameof(type));
        lock (Gate)
        {
            bool sameKey = Entries.Any(e => e.Type == type && Equals(e.Attribute, typeAttribute) && !e.ColumnType.Equals(dataViewType));
            bool sameValue = Entries.Any(e => e.ColumnType.Equals(dataViewType) && (e.Type != type || !Equals(e.Attribute, typeAttribute)));
            if (sameKey || sameValue)
                throw new ArgumentException($"Repeated type register. The type {type} and the column type {dataViewType} must map to each other only.", nameof(type));
            if (!Entries.Any(e => e.Type == type && Equals(e.Attribute, typeAttribute)))
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
