using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;

namespace MLNetContract.Tests;

public class SchemaContract
{
    private readonly MLContext _ml = new(1);

    [Fact]
    public void A_class_gives_its_fields_then_its_properties()
    {
        Assert.Equal(
            "F:Single D:Double B:Boolean Small:Byte Key:Key<UInt32, 0-3> Variable:Vector<Single> Texts:Vector<String> Memory:String Sparse:Vector<Single, 5> I:Int32 T:String V4:Vector<Single, 4>",
            _ml.Data.LoadFromEnumerable(Row.Make(1)).Schema.Describe());
    }

    [Fact]
    public void A_column_is_found_by_index_and_by_name_the_newest_of_several()
    {
        DataViewSchema.Builder builder = new();
        builder.AddColumn("a", NumberDataViewType.Single);
        builder.AddColumn("b", TextDataViewType.Instance);
        builder.AddColumn("a", NumberDataViewType.Int32);
        DataViewSchema schema = builder.ToSchema();
        Assert.Equal("[a:Single] b:String a:Int32", schema.Describe());
        Assert.Equal((2, 2), (schema["a"].Index, schema.GetColumnOrNull("a")!.Value.Index));
        Assert.Null(schema.GetColumnOrNull("c"));
        Assert.Equal("Column 'c' not found", Assert.Throws<ArgumentOutOfRangeException>(() => schema["c"]).Text());
        Assert.Throws<ArgumentOutOfRangeException>(() => schema[3]);
        Assert.Throws<ArgumentNullException>(() => schema[""]);
    }

    [Fact]
    public void Annotations_are_read_by_kind_and_type()
    {
        DataViewSchema.Annotations.Builder builder = new();
        builder.AddPrimitiveValue("one", NumberDataViewType.Single, 3f);
        builder.Add("two", new VectorDataViewType(NumberDataViewType.Single, 2), (ref VBuffer<float> value) => value = new VBuffer<float>(2, [1, 2]));
        DataViewSchema.Annotations annotations = builder.ToAnnotations();
        float one = 0;
        VBuffer<float> two = default;
        int wrong = 0;
        annotations.GetValue("one", ref one);
        annotations.GetValue("two", ref two);
        Assert.Equal((3f, "1 2"), (one, string.Join(' ', two.DenseValues())));
        Assert.Throws<InvalidOperationException>(() => annotations.GetValue("one", ref wrong));
        Assert.Throws<InvalidOperationException>(() => annotations.GetValue("three", ref one));
    }

    [Fact]
    public void The_shape_of_an_input_tells_kind_and_item_type()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Row.Make(1));
        ShapeProbe probe = new(_ml);
        new EstimatorChain<ITransformer>().Append(_ml.Transforms.SelectColumns("F", "Key", "Variable", "V4")).Append(probe).Fit(data);
        Assert.Equal("F:Scalar:Single Key:Scalar:UInt32:key Variable:VariableVector:Single V4:Vector:Single", probe.Shape!.Describe());
    }

    [Theory]
    [InlineData(typeof(WithOptions), SchemaDefinition.Direction.Read, "Named ReadOnly Private A")]
    [InlineData(typeof(WithOptions), SchemaDefinition.Direction.Write, "Named A")]
    [InlineData(typeof(WithOptions), SchemaDefinition.Direction.Both, "Named ReadOnly Private A")]
    public void The_direction_chooses_the_members(Type type, SchemaDefinition.Direction direction, string members) =>
        Assert.Equal(members.Split(' ').Order(), SchemaDefinition.Create(type, direction).Select(c => c.MemberName).Order());

    [Fact]
    public void Attributes_name_and_leave_out_columns() =>
        Assert.Equal("named", SchemaDefinition.Create(typeof(WithOptions)).Single(c => c.MemberName == "Named").ColumnName);

    [Fact]
    public void A_definition_can_rename_resize_and_annotate()
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(VariableF));
        definition["Variable"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 3);
        definition["Variable"].AddAnnotation("note", 5f, NumberDataViewType.Single);
        definition["Variable"].ColumnName = "W";
        DataViewSchema schema = _ml.Data.LoadFromEnumerable(new[] { new VariableF { Variable = [1, 2, 3] } }, definition).Schema;
        float note = 0;
        schema["W"].Annotations.GetValue("note", ref note);
        Assert.Equal(("W:Vector<Single, 3>", 5f), (schema.Describe(), note));
        Assert.Null(definition["nowhere"]);
    }

    [Theory]
    [InlineData(typeof(ScalarAsVector), "Member X marked with VectorTypeAttribute, but does not appear to be a vector type")]
    [InlineData(typeof(SignedKey), "Member X marked with KeyType attribute, but does not appear to be a valid kind of data for a key type")]
    [InlineData(typeof(UnknownType), "Could not determine an IDataView type and registered custom types for member X")]
    [InlineData(typeof(NullableMember), "Could not determine an IDataView type and registered custom types for member X")]
    [InlineData(typeof(SameName), "Duplicate column name 'A' detected, this is disallowed")]
    public void Members_that_cannot_be_columns_are_named(Type type, string message) =>
        Assert.Equal(message, Assert.Throws<ArgumentOutOfRangeException>(() => SchemaDefinition.Create(type)).Text());

    [Fact]
    public void A_definition_must_fit_the_members()
    {
        SchemaDefinition scalar = SchemaDefinition.Create(typeof(VariableF)), integer = SchemaDefinition.Create(typeof(OnlyF));
        scalar["Variable"].ColumnType = NumberDataViewType.Single;
        integer["F"].ColumnType = NumberDataViewType.Int32;
        Assert.Equal("Column 'Variable' is supposed to be scalar, but type of associated field 'Variable' is vector",
            Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.LoadFromEnumerable(new[] { new VariableF() }, scalar)).Text());
        Assert.Equal("Column 'F' is supposed to have item type System.Int32, but associated field has type System.Single",
            Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.LoadFromEnumerable(new[] { new OnlyF() }, integer)).Text());
    }

    [Fact]
    public void A_schema_given_for_objects_replaces_types_and_must_name_members()
    {
        DataViewSchema.Builder fits = new(), foreign = new();
        fits.AddColumn("Variable", new VectorDataViewType(NumberDataViewType.Single, 3));
        foreign.AddColumn("Q", NumberDataViewType.Single);
        VariableF[] rows = [new() { Variable = [1, 2, 3] }];
        Assert.Equal("Variable:Vector<Single, 3>", _ml.Data.LoadFromEnumerable(rows, fits.ToSchema()).Schema.Describe());
        Assert.Equal("Type should contain a member named Q",
            Assert.Throws<InvalidOperationException>(() => _ml.Data.LoadFromEnumerable(rows, foreign.ToSchema())).Text());
    }

    internal sealed class WithOptions
    {
        [ColumnName("named")]
        public int Named;

        public float A { get; set; }

        public float ReadOnly => A;

        public float Private { get; private set; }

        [NoColumn]
        public object? Other { get; set; }

        public static int Static { get; set; }
    }

    internal sealed class ScalarAsVector
    {
        [VectorType(3)]
        public float X { get; set; }
    }

    internal sealed class SignedKey
    {
        [KeyType(3)]
        public int X { get; set; }
    }

    internal sealed class UnknownType
    {
        public object? X { get; set; }
    }

    internal sealed class NullableMember
    {
        public float? X { get; set; }
    }

    internal sealed class SameName
    {
        public float A { get; set; }

        [ColumnName("A")]
        public float B { get; set; }
    }
}
