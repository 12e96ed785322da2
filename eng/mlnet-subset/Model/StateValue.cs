namespace Microsoft.ML.Data;

/// <summary>Column values in a model file.</summary>
internal static class StateValue
{
    public static void Write<T>(BinaryWriter state, T value)
    {
        switch (value)
        {
            case ReadOnlyMemory<char> text: state.Write(text.ToString()); break;
            case bool v: state.Write(v); break;
            case sbyte v: state.Write(v); break;
            case byte v: state.Write(v); break;
            case short v: state.Write(v); break;
            case ushort v: state.Write(v); break;
            case int v: state.Write(v); break;
            case uint v: state.Write(v); break;
            case long v: state.Write(v); break;
            case ulong v: state.Write(v); break;
            case float v: state.Write(v); break;
            case double v: state.Write(v); break;
            case TimeSpan v: state.Write(v.Ticks); break;
            case DateTime v: state.Write(v.Ticks); break;
            default:
                Typed.Call<object?>(WriteVector<int>, [ItemOf<T>()], state, value);
                break;
        }
    }

    public static T Read<T>(BinaryReader state)
    {
        object value = default(T) switch
        {
            ReadOnlyMemory<char> => state.ReadString().AsMemory(),
            bool => state.ReadBoolean(),
            sbyte => state.ReadSByte(),
            byte => state.ReadByte(),
            short => state.ReadInt16(),
            ushort => state.ReadUInt16(),
            int => state.ReadInt32(),
            uint => state.ReadUInt32(),
            long => state.ReadInt64(),
            ulong => state.ReadUInt64(),
            float => state.ReadSingle(),
            double => state.ReadDouble(),
            TimeSpan => new TimeSpan(state.ReadInt64()),
            DateTime => new DateTime(state.ReadInt64()),
            _ => Typed.Call<object>(ReadVector<int>, [ItemOf<T>()], state),
        };
        return (T)value;
    }

    private static Type ItemOf<T>() => ColumnTypes.VectorItem(typeof(T)) ?? throw new NotSupportedException($"Values of type {typeof(T)} cannot be saved in a model");

    private static object? WriteVector<T>(BinaryWriter state, VBuffer<T> vector)
    {
        state.Write(vector.Length);
        foreach (T value in vector.DenseValues())
            Write(state, value);
        return null;
    }

    private static object ReadVector<T>(BinaryReader state)
    {
        T[] values = new T[state.ReadInt32()];
        for (int i = 0; i < values.Length; i++)
            values[i] = Read<T>(state);
        return new VBuffer<T>(values.Length, values);
    }
}
