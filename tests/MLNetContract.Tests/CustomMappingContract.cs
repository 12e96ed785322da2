using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Xunit;

namespace MLNetContract.Tests;

public class CustomMappingContract
{
    private readonly MLContext _ml = new(1);
    private readonly IDataView _data;

    public CustomMappingContract() => _data = _ml.Data.LoadFromEnumerable(Row.Make(10));

    private IDataView Map<TSrc, TDst>(Action<TSrc, TDst> map)
        where TSrc : class, new()
        where TDst : class, new() => _ml.Transforms.CustomMapping(map, null).Fit(_data).Transform(_data);

    [Fact]
    public void Outputs_are_added_to_the_columns()
    {
        IDataView mapped = Map<OnlyF, TwoOutputs>((s, d) => (d.Y, d.Z) = (2 * s.F, [s.F]));
        Assert.Equal(14, mapped.Schema.Count);
        Assert.Equal("Vector<Single>", mapped.Schema["Z"].Type.ToString());
        Assert.Equal(Enumerable.Range(0, 10).Select(i => 2f * i), mapped.Floats("Y"));
    }

    [Fact]
    public void The_mapping_runs_once_per_row_and_only_if_an_output_is_read()
    {
        int calls = 0;
        IDataView mapped = Map<OnlyF, TwoOutputs>((s, d) => Interlocked.Increment(ref calls));
        mapped.Floats("F");
        Assert.Equal(0, calls);
        Assert.Equal(10, _ml.Data.CreateEnumerable<TwoOutputs>(mapped, false).Count());
        Assert.Equal(10, calls);
    }

    [Fact]
    public void Source_and_destination_objects_are_reused()
    {
        HashSet<object> objects = new(ReferenceEqualityComparer.Instance);
        Map<OnlyF, OnlyY>((s, d) =>
        {
            lock (objects)
            {
                objects.Add(s);
                objects.Add(d);
            }
        }).Floats("Y");
        Assert.InRange(objects.Count, 2, 2 * Math.Max(2, Environment.ProcessorCount));
    }

    [Fact]
    public void What_a_mapping_leaves_in_the_destination_stays_for_the_next_row()
    {
        IDataView one = _ml.Data.TakeRows(_data, 5);
        IDataView mapped = _ml.Transforms.CustomMapping<OnlyF, OnlyY>((s, d) => d.Y += s.F == 0 ? 42 : 0, null).Fit(one).Transform(one);
        Assert.Equal([42, 42, 42, 42, 42], mapped.Floats("Y"));
    }

    [Fact]
    public void An_output_that_has_the_name_of_an_input_hides_it()
    {
        IDataView mapped = Map<OnlyF, OnlyF>((s, d) => d.F = s.F + 1);
        Assert.Equal((true, false, 1), (mapped.Schema[0].IsHidden, mapped.Schema[1].IsHidden, mapped.Schema["F"].Index));
        Assert.Equal(1, mapped.Floats("F")[0]);
    }

    [Fact]
    public void A_wrong_column_is_named_by_the_mapping_and_by_a_chain()
    {
        CustomMappingEstimator<OnlyF, OnlyY> mapping = _ml.Transforms.CustomMapping<OnlyF, OnlyY>((s, d) => d.Y = s.F, null);
        IDataView none = _ml.Data.LoadFromEnumerable(new[] { new OnlyX() }), integer = _ml.Data.LoadFromEnumerable(new[] { new IntF() });
        Assert.Equal("Could not find  column 'F'", Assert.Throws<ArgumentOutOfRangeException>(() => mapping.Fit(none)).Text());
        Assert.Equal("Can't bind the IDataView column 'F' of type 'Int32' to field or property 'F' of type 'System.Single'.",
            Assert.Throws<InvalidOperationException>(() => mapping.Fit(integer)).Text());
        Assert.Equal("Could not find input column 'F'",
            Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.CopyColumns("C", "X").Append(mapping).Fit(none)).Text());
        Assert.Equal("Schema mismatch for input column 'F': expected Single, got Int32",
            Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.CopyColumns("C", "F").Append(mapping).Fit(integer)).Text());
    }

    [Fact]
    public void A_chain_tells_a_vector_of_the_wrong_kind()
    {
        Assert.Equal("Schema mismatch for input column 'V4': expected Vector<Single, 4>, got VarVector<Single>",
            Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.CopyColumns("V4", "Variable")
                .Append(_ml.Transforms.CustomMapping<FixedV4, OnlyY>((s, d) => { }, null)).Fit(_data)).Text());
        // The other way round a fixed size serves where any will do.
        Assert.Equal(4, _ml.Transforms.CopyColumns("Variable", "V4").Append(_ml.Transforms.CustomMapping<VariableF, OnlyY>(
            (s, d) => d.Y = s.Variable!.Length, null)).Fit(_data).Transform(_data).Floats("Y")[0]);
    }

    [Fact]
    public void The_declared_size_of_an_output_is_not_enforced() =>
        Assert.Equal([1, 2], Map<TextT, FixedOutput>((s, d) => d.W = [1, 2]).GetColumn<float[]>("W").First());

    [Fact]
    public void Definitions_replace_the_classes_names()
    {
        SchemaDefinition input = SchemaDefinition.Create(typeof(OnlyX)), output = SchemaDefinition.Create(typeof(OnlyY));
        input["X"].ColumnName = "F";
        output["Y"].ColumnName = "Out";
        IDataView mapped = _ml.Transforms.CustomMapping<OnlyX, OnlyY>((s, d) => d.Y = s.X, null, input, output).Fit(_data).Transform(_data);
        Assert.Equal(9, mapped.Floats("Out")[9]);
    }

    [Fact]
    public void A_mapping_without_inputs_still_runs() => Assert.Equal(7, Map<Nothing, OnlyY>((s, d) => d.Y = 7).Floats("Y")[0]);

    internal sealed class Nothing;

    internal sealed class TwoOutputs
    {
        public float Y { get; set; }

        public float[]? Z { get; set; }
    }

    internal sealed class FixedOutput
    {
        [VectorType(4)]
        public float[]? W { get; set; }
    }
}
