using Microsoft.ML.Data;
using Xunit;

namespace MLNetContract.Tests;

public class TypeContract
{
    public static TheoryData<DataViewType, string, Type> Types => new()
    {
        { TextDataViewType.Instance, "String", typeof(ReadOnlyMemory<char>) },
        { BooleanDataViewType.Instance, "Boolean", typeof(bool) },
        { NumberDataViewType.Single, "Single", typeof(float) },
        { NumberDataViewType.UInt64, "UInt64", typeof(ulong) },
        { DateTimeDataViewType.Instance, "DateTime", typeof(DateTime) },
        { new KeyDataViewType(typeof(uint), 5), "Key<UInt32, 0-4>", typeof(uint) },
        { new VectorDataViewType(NumberDataViewType.Single), "Vector<Single>", typeof(VBuffer<float>) },
        { new VectorDataViewType(NumberDataViewType.Single, 3), "Vector<Single, 3>", typeof(VBuffer<float>) },
        { new VectorDataViewType(NumberDataViewType.Double, 2, 3), "Vector<Double, 2, 3>", typeof(VBuffer<double>) },
        { new VectorDataViewType(TextDataViewType.Instance, 2, 0), "Vector<String, 2, *>", typeof(VBuffer<ReadOnlyMemory<char>>) },
    };

    [Theory]
    [MemberData(nameof(Types))]
    public void Types_have_a_name_and_a_raw_type(DataViewType type, string name, Type rawType)
    {
        Assert.Equal(name, type.ToString());
        Assert.Equal(rawType, type.RawType);
    }

    [Fact]
    public void Vectors_are_equal_by_item_type_and_dimensions()
    {
        Assert.True(new VectorDataViewType(NumberDataViewType.Single, 6).Equals((DataViewType)new VectorDataViewType(NumberDataViewType.Single, 6)));
        Assert.False(new VectorDataViewType(NumberDataViewType.Single, 6).Equals((DataViewType)new VectorDataViewType(NumberDataViewType.Single, 2, 3)));
        Assert.False(new VectorDataViewType(NumberDataViewType.Single, 6).Equals((DataViewType)new VectorDataViewType(NumberDataViewType.Double, 6)));
    }

    [Fact]
    public void A_vector_knows_its_size_only_if_all_dimensions_are_known()
    {
        Assert.Equal((true, 6), (new VectorDataViewType(NumberDataViewType.Single, 2, 3).IsKnownSize, new VectorDataViewType(NumberDataViewType.Single, 2, 3).Size));
        Assert.Equal((false, 0), (new VectorDataViewType(NumberDataViewType.Single, 2, 0).IsKnownSize, new VectorDataViewType(NumberDataViewType.Single, 2, 0).Size));
    }

    [Fact]
    public void Impossible_types_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new KeyDataViewType(typeof(uint), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new KeyDataViewType(typeof(int), 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new KeyDataViewType(typeof(byte), 300));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VectorDataViewType(NumberDataViewType.Single, -1));
        Assert.Throws<ArgumentNullException>(() => new VectorDataViewType(null!, 3));
    }
}
