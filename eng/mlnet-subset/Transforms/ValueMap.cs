using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>The table of a <see cref="ValueMappingTransformer"/>.</summary>
internal abstract class ValueMap
{
    public abstract PrimitiveDataViewType ValueType { get; }

    public abstract Delegate CreateGetter(DataViewRow input, DataViewSchema.Column column);

    public abstract void Save(BinaryWriter state);

    public static ValueMap Load(BinaryReader state)
    {
        PrimitiveDataViewType keyType = (PrimitiveDataViewType)ColumnTypeCode.Read(state), valueType = (PrimitiveDataViewType)ColumnTypeCode.Read(state);
        return Typed.Call<ValueMap>(Load<int, int>, [keyType.RawType, valueType.RawType], state, keyType, valueType);
    }

    /// <summary>The table of pairs whose types are those of columns, strings included.</summary>
    public static ValueMap Create<TKey, TValue>(IEnumerable<KeyValuePair<TKey, TValue>> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs, "source");
        PrimitiveDataViewType keyType = Standard(typeof(TKey)), valueType = Standard(typeof(TValue));
        return Typed.Call<ValueMap>(Create<TKey, TValue, int, int>, [typeof(TKey), typeof(TValue), keyType.RawType, valueType.RawType], pairs, keyType, valueType);
    }

    private static ValueMap<TKey, TValue> Create<TGivenKey, TGivenValue, TKey, TValue>(
        IEnumerable<KeyValuePair<TGivenKey, TGivenValue>> pairs, PrimitiveDataViewType keyType, PrimitiveDataViewType valueType)
        where TKey : notnull
    {
        ValueMap<TKey, TValue> map = new(keyType, valueType);
        foreach ((TGivenKey key, TGivenValue value) in pairs)
            map.Add((TKey)Raw(key)!, (TValue)Raw(value)!);
        return map;
    }

    private static ValueMap<TKey, TValue> Load<TKey, TValue>(BinaryReader state, PrimitiveDataViewType keyType, PrimitiveDataViewType valueType)
        where TKey : notnull
    {
        ValueMap<TKey, TValue> map = new(keyType, valueType);
        for (int count = state.ReadInt32(); count > 0; count--)
            map.Add(StateValue.Read<TKey>(state), StateValue.Read<TValue>(state));
        return map;
    }

    private static PrimitiveDataViewType Standard(Type type) => ColumnTypes.TryGetStandard(type, out PrimitiveDataViewType? standard)
        ? standard!
        : throw new InvalidOperationException($"Unsupported type {type} used in mapping.");

    private static object? Raw(object? value) => value is string text ? text.AsMemory() : value;
}

/// <summary>The table for one pair of raw types.</summary>
internal sealed class ValueMap<TKey, TValue>(PrimitiveDataViewType keyType, PrimitiveDataViewType valueType) : ValueMap
    where TKey : notnull
{
    private readonly Dictionary<TKey, TValue> _values = new(typeof(TKey) == typeof(ReadOnlyMemory<char>)
        ? (IEqualityComparer<TKey>)(object)new TextEquality()
        : EqualityComparer<TKey>.Default);

    public override PrimitiveDataViewType ValueType => valueType;

    public void Add(TKey key, TValue value)
    {
        if (!_values.TryAdd(key, value))
            throw new InvalidOperationException($"Duplicate keys in data '{key}'");
    }

    public override void Save(BinaryWriter state)
    {
        ColumnTypeCode.Write(state, keyType);
        ColumnTypeCode.Write(state, valueType);
        state.Write(_values.Count);
        foreach ((TKey key, TValue value) in _values)
        {
            StateValue.Write(state, key);
            StateValue.Write(state, value);
        }
    }

    public override Delegate CreateGetter(DataViewRow input, DataViewSchema.Column column) =>
        column.Type is VectorDataViewType ? Items(input.GetGetter<VBuffer<TKey>>(column)) : Single(input.GetGetter<TKey>(column));

    private TValue Find(TKey key) => _values.TryGetValue(key, out TValue? value) ? value : default!;

    private ValueGetter<TValue> Single(ValueGetter<TKey> get)
    {
        TKey key = default!;
        return (ref TValue destination) =>
        {
            get(ref key);
            destination = Find(key);
        };
    }

    private ValueGetter<VBuffer<TValue>> Items(ValueGetter<VBuffer<TKey>> get)
    {
        VBuffer<TKey> keys = default;
        return (ref VBuffer<TValue> destination) =>
        {
            get(ref keys);
            VBufferEditor<TValue> editor = VBufferEditor.Create(ref destination, keys.Length);
            int i = 0;
            foreach (TKey key in keys.DenseValues())
                editor.Values[i++] = Find(key);
            destination = editor.Commit();
        };
    }
}
