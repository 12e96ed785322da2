namespace Microsoft.ML.Data;

/// <summary>Column types in a model file.</summary>
internal static class ColumnTypeCode
{
    private const byte KeyCode = 100, VectorCode = 101;

    private static readonly DataViewType[] Simple =
    [
        .. NumberDataViewType.All, BooleanDataViewType.Instance, TextDataViewType.Instance, RowIdDataViewType.Instance,
        DateTimeDataViewType.Instance, DateTimeOffsetDataViewType.Instance, TimeSpanDataViewType.Instance,
    ];

    /// <summary>False for custom types, which mean nothing outside the process that registered them.</summary>
    public static bool CanWrite(DataViewType type) => type is PrimitiveDataViewType or VectorDataViewType;

    public static void Write(BinaryWriter state, DataViewType type)
    {
        if (type is VectorDataViewType vector)
        {
            state.Write(VectorCode);
            state.Write(vector.Dimensions.Length);
            foreach (int dimension in vector.Dimensions)
                state.Write(dimension);
            Write(state, vector.ItemType);
        }
        else if (type is KeyDataViewType key)
        {
            state.Write(KeyCode);
            state.Write(key.Count);
            Write(state, NumberDataViewType.All.First(n => n.RawType == key.RawType));
        }
        else
        {
            state.Write(checked((byte)Array.IndexOf(Simple, type)));
        }
    }

    public static DataViewType Read(BinaryReader state)
    {
        byte code = state.ReadByte();
        if (code == VectorCode)
        {
            int[] dimensions = new int[state.ReadInt32()];
            for (int i = 0; i < dimensions.Length; i++)
                dimensions[i] = state.ReadInt32();
            return new VectorDataViewType((PrimitiveDataViewType)Read(state), dimensions);
        }

        if (code == KeyCode)
        {
            ulong count = state.ReadUInt64();
            return new KeyDataViewType(Read(state).RawType, count);
        }

        return code < Simple.Length ? Simple[code] : throw new FormatException($"Corrupt model file: unknown column type {code}");
    }
}
