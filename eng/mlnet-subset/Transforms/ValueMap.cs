using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>The table of a <see cref="ValueMappingTransformer"/>.</summary>
internal abstract class ValueMap
{
    public abstract PrimitiveDataViewType KeyType { get; }

    public abstract DataViewType ValueType { get; }

    public abstract Delegate CreateGetter(DataViewRow input, DataViewSchema.Column column);

    public abstract void Save(BinaryWriter state);

    public static ValueMap Load(BinaryReader state)
    {
        DataViewType keyType = ColumnTypeCode.Read(state), valueType = ColumnTypeCode.Read(state);
        return Typed.Call<ValueMap>(Load<int, int>, [keyType.RawType, valueType.RawType], state, keyType, valueType);
    }

    /// <summary>The table of pairs whose types are those of columns, strings and arrays included.</summary>
    public static ValueMap Create<TKey, TValue>(IEnumerable<KeyValuePair<TKey, TValue>> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs, "source");
        KeyValuePair<TKey, TValue>[] all = [.. pairs];
        Type? item = ColumnTypes.VectorItem(typeof(TValue));
        PrimitiveDataViewType keyType = Standard(typeof(TKey)), itemType = Standard(item ?? typeof(TValue));
        DataViewType valueType = item == null ? itemType : new VectorDataViewType(itemType, CommonLength(all));
        return Typed.Call<ValueMap>(Create<TKey, TValue, int, int>, [typeof(TKey), typeof(TValue), keyType.RawType, valueType.RawType], all, keyType, valueType);
    }

    /// <summary>The table held by two columns of a data view.</summary>
    public static ValueMap Create(IDataView lookup, DataViewSchema.Column key, DataViewSchema.Column value) => key.Type is PrimitiveDataViewType keyType
        ? Typed.Call<ValueMap>(Read<int, int>, [keyType.RawType, value.Type.RawType], lookup, key, value)
        : throw SchemaErrors.Mismatch("key", key.Name, "a primitive type", key.Type.ToString()!);

    private static ValueMap<TKey, TValue> Create<TGivenKey, TGivenValue, TKey, TValue>(
        IEnumerable<KeyValuePair<TGivenKey, TGivenValue>> pairs, PrimitiveDataViewType keyType, DataViewType valueType)
        where TKey : notnull
    {
        ValueMap<TKey, TValue> map = new(keyType, valueType);
        foreach ((TGivenKey key, TGivenValue value) in pairs)
            map.Add((TKey)Raw(key)!, (TValue)Raw(value)!);
        return map;
    }

    private static ValueMap<TKey, TValue> Read<TKey, TValue>(IDataView lookup, DataViewSchema.Column key, DataViewSchema.Column value)
        where TKey : notnull
    {
        ValueMap<TKey, TValue> map = new((PrimitiveDataViewType)key.Type, value.Type);
        using DataViewRowCursor cursor = lookup.GetRowCursor([key, value]);
        ValueGetter<TKey> getKey = cursor.GetGetter<TKey>(key);
        ValueGetter<TValue> getValue = cursor.GetGetter<TValue>(value);
        while (cursor.MoveNext())
        {
            TKey k = default!;
            TValue v = default!;
            getKey(ref k);
            getValue(ref v);
            map.Add(k, v);
        }

        return map;
    }

    private static ValueMap<TKey, TValue> Load<TKey, TValue>(BinaryReader state, PrimitiveDataViewType keyType, DataViewType valueType)
        where TKey : notnull
    {
        ValueMap<TKey, TValue> map = new(keyType, valueType);
        for (int count = state.ReadInt32(); count > 0; count--)
            map.Add(StateValue.Read<TKey>(state), StateValue.Read<TValue>(state));
        return map;
    }

    // Arrays that all have one length make a vector of that size, others one of any size.
    private static int CommonLength<TKey, TValue>(KeyValuePair<TKey, TValue>[] pairs) =>
        pairs.Select(p => p.Value is Array array ? array.Length : 0).Distinct().ToArray() is [int only] ? only : 0;

    private static PrimitiveDataViewType Standard(Type type) => ColumnTypes.TryGetStandard(type, out PrimitiveDataViewType? standard)
        ? standard!
        : throw new InvalidOperationException($"Unsupported type {type} used in mapping.");

    private static object? Raw(object? value) => value switch
    {
        string text => text.AsMemory(),
        string[] texts => new VBuffer<ReadOnlyMemory<char>>(texts.Length, [.. texts.Select(t => t.AsMemory())]),
        Array array => Typed.Call<object>(Vector<int>, [array.GetType().GetElementType()!], array),
        _ => value,
    };

    private static object Vector<T>(T[] values) => new VBuffer<T>(values.Length, [.. values]);
}

/// <summary>The table for one pair of raw types.</summary>
internal sealed class ValueMap<TKey, TValue>(PrimitiveDataViewType keyType, DataViewType valueType) : ValueMap
    where TKey : notnull
{
    private readonly Dictionary<TKey, TValue> _values = new(typeof(TKey) == typeof(ReadOnlyMemory<char>)
        ? (IEqualityComparer<TKey>)(object)new TextEquality()
        : EqualityComparer<TKey>.Default);

    public override PrimitiveDataViewType KeyType => keyType;

    public override DataViewType ValueType => valueType;

    public void Add(TKey key, TValue value)
    {
        if (!_values.TryAdd(key, value))
            throw new InvalidOperationException($"Duplicate keys in data '{key}'");
    }

    public override void Save(BinaryWriter state)
    {
        ColumnTypeCode.Write(state, KeyType);
        ColumnTypeCode.Write(state, ValueType);
        state.Write(_values.Count);
        foreach ((TKey key, TValue value) in _values)
        {
            StateValue.Write(state, key);
            StateValue.Write(state, value);
        }
    }

    public override Delegate CreateGetter(DataViewRow input, DataViewSchema.Column column) =>
        column.Type is VectorDataViewType ? Items(input.GetGetter<VBuffer<TKey>>(column)) : Single(input.GetGetter<TKey>(column));

    private ValueGetter<TValue> Single(ValueGetter<TKey> get)
    {
        TKey key = default!;
        ValueCopy<TValue> copy = ValueCopy.For<TValue>();
        return (ref TValue destination) =>
        {
            get(ref key);
            _values.TryGetValue(key, out TValue? value);
            copy(value!, ref destination);
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
                editor.Values[i++] = _values.TryGetValue(key, out TValue? value) ? value : default!;
            destination = editor.Commit();
        };
    }
}
