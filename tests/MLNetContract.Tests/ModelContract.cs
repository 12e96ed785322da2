using System.IO.Compression;
using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Xunit;

namespace MLNetContract.Tests;

public class ModelContract
{
    private readonly MLContext _ml = new(1);
    private readonly IDataView _data;

    public ModelContract() => _data = _ml.Data.LoadFromEnumerable(Row.Make(4));

    private ITransformer Fit(IEstimator<ITransformer> estimator) => estimator.Fit(_data);

    [Fact]
    public void Every_transformer_comes_back()
    {
        ITransformer model = Fit(_ml.Transforms.CopyColumns("A", "F").Append(_ml.Transforms.Concatenate("J", "A", "V4"))
            .Append(_ml.Transforms.Conversion.MapValue("O", new[] { KeyValuePair.Create("t1", "x") }, "T"))
            .Append(_ml.Transforms.Conversion.MapValue("P", new[] { KeyValuePair.Create(true, 2.5f) }, "B"))
            .Append(_ml.Transforms.CustomMapping(new PlusOneFactory().GetMapping(), PlusOneFactory.Contract))
            .Append(_ml.Transforms.DropColumns("A")).Append(_ml.Transforms.SelectColumns("J", "O", "P", "Y")));
        IDataView result = Models.RoundTrip(_ml, model, _data.Schema, out DataViewSchema schema).Transform(_data);
        Assert.Equal(_data.Schema.Describe(), schema.Describe());
        Assert.Equal("J:Vector<Single, 5> O:String P:Single Y:Single", result.Schema.Describe());
        Assert.Equal([1, 1, 2, 3, 4], result.GetColumn<float[]>("J").ElementAt(1));
        Assert.Equal(["", "x", "", ""], result.Texts("O"));
        Assert.Equal([2.5f, 0, 2.5f, 0], result.Floats("P"));
        Assert.Equal([1, 2, 3, 4], result.Floats("Y"));
    }

    [Fact]
    public void Long_text_and_odd_numbers_survive()
    {
        string text = new string('x', 100_000) + "é😀\n\t\"'\\";
        ITransformer texts = Fit(_ml.Transforms.Conversion.MapValue("O", new[] { KeyValuePair.Create(1f, text) }, "F"));
        ITransformer numbers = Fit(_ml.Transforms.Conversion.MapValue("O", new[] { KeyValuePair.Create(1f, float.NaN), KeyValuePair.Create(2f, float.NegativeInfinity), KeyValuePair.Create(3f, 1e-45f) }, "F"));
        Assert.Equal(text, Models.RoundTrip(_ml, texts, null, out _).Transform(_data).Texts("O")[1]);
        Assert.Equal([0, float.NaN, float.NegativeInfinity, 1e-45f], Models.RoundTrip(_ml, numbers, null, out _).Transform(_data).Floats("O"));
    }

    [Fact]
    public void A_loaded_table_hands_out_one_string_object()
    {
        ITransformer loaded = Models.RoundTrip(_ml, Fit(_ml.Transforms.Conversion.MapValue("O", new[] { KeyValuePair.Create(true, "state") }, "B")), null, out _);
        List<string?> strings = [.. loaded.Transform(_data).GetColumn<ReadOnlyMemory<char>>("O").Where(t => t.Length > 0)
            .Select(t => MemoryMarshal.TryGetString(t, out string? text, out _, out _) ? text : null)];
        Assert.NotNull(strings[0]);
        Assert.Same(strings[0], strings[1]);
    }

    [Fact]
    public void A_single_transformer_and_nested_chains_keep_their_structure()
    {
        ITransformer copy = Fit(_ml.Transforms.CopyColumns("A", "F"));
        Assert.IsType<ColumnCopyingTransformer>(Models.RoundTrip(_ml, copy, null, out _));
        TransformerChain<ITransformer> nested = new(new TransformerChain<ITransformer>(copy), copy);
        TransformerChain<ITransformer> loaded = Assert.IsType<TransformerChain<ITransformer>>(Models.RoundTrip(_ml, nested, null, out _));
        Assert.IsType<TransformerChain<ITransformer>>(loaded.First());
        Assert.IsType<ColumnCopyingTransformer>(loaded.LastTransformer);
    }

    [Fact]
    public void A_loaded_model_can_be_saved_again()
    {
        ITransformer once = Models.RoundTrip(_ml, Fit(_ml.Transforms.CopyColumns("A", "F").Append(_ml.Transforms.DropColumns("F"))), _data.Schema, out DataViewSchema schema);
        ITransformer twice = Models.RoundTrip(_ml, once, schema, out DataViewSchema again);
        Assert.Equal(schema.Describe(), again.Describe());
        Assert.Equal(once.GetOutputSchema(_data.Schema).Describe(), twice.GetOutputSchema(_data.Schema).Describe());
    }

    [Fact]
    public void A_facade_saves_what_it_delegates_to()
    {
        DisposalProbe facade = new(Fit(_ml.Transforms.CopyColumns("A", "F").Append(_ml.Transforms.DropColumns("F"))));
        ITransformer loaded = Models.RoundTrip(_ml, new TransformerChain<ITransformer>(facade), _data.Schema, out _);
        Assert.Equal(facade.GetOutputSchema(_data.Schema).Describe(), loaded.GetOutputSchema(_data.Schema).Describe());
    }

    [Fact]
    public void The_schema_is_saved_with_hidden_columns_and_annotations_or_not_at_all()
    {
        IDataView hiding = _ml.Transforms.CopyColumns("F2", "F").Append(_ml.Transforms.Concatenate("J", "F", "F2"))
            .Append(_ml.Transforms.CopyColumns("F", "F2")).Append(_ml.Transforms.SelectColumns(["F", "J"], keepHidden: true)).Fit(_data).Transform(_data);
        ITransformer copy = Fit(_ml.Transforms.CopyColumns("A", "F"));
        Models.RoundTrip(_ml, copy, hiding.Schema, out DataViewSchema schema);
        VBuffer<ReadOnlyMemory<char>> names = default;
        schema["J"].GetSlotNames(ref names);
        Assert.Equal("[F:Single] F:Single J:Vector<Single, 2>", schema.Describe());
        Assert.Equal(["F", "F2"], names.DenseValues().Select(n => n.ToString()));
        Models.RoundTrip(_ml, copy, null, out schema);
        Assert.Null(schema);
    }

    [Fact]
    public void A_mapping_without_contract_cannot_be_saved() =>
        Assert.Equal("Empty contract name for a transform: the transform cannot be saved", Assert.Throws<InvalidOperationException>(
            () => Models.Save(_ml, Fit(_ml.Transforms.CustomMapping<OnlyF, OnlyY>((s, d) => { }, null)), null)).Message);

    [Fact]
    public void A_contract_that_nobody_has_is_an_error_when_loaded() =>
        Assert.StartsWith("Error during class instantiation", Assert.Throws<InvalidOperationException>(
            () => Models.RoundTrip(_ml, Fit(_ml.Transforms.CustomMapping<OnlyF, OnlyY>((s, d) => { }, "MLNetContract.Nobody")), null, out _)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_definition_given_at_run_time_is_lost()
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(OnlyF));
        definition["F"].ColumnName = "D2";
        IEstimator<ITransformer> estimator = _ml.Transforms.CopyColumns("D2", "F").Append(_ml.Transforms.CustomMapping(new PlusOneFactory().GetMapping(), PlusOneFactory.Contract, definition));
        ITransformer loaded = Models.RoundTrip(_ml, Fit(estimator), null, out _);
        IDataView onlyD2 = _ml.Data.LoadFromEnumerable(new[] { new OnlyX() });
        Assert.Throws<ArgumentOutOfRangeException>(() => loaded.GetOutputSchema(onlyD2.Schema));
        Assert.NotNull(loaded.GetOutputSchema(_data.Schema).GetColumnOrNull("Y"));
    }

    [Fact]
    public void Files_that_are_no_models_are_refused()
    {
        byte[] model = Models.Save(_ml, Fit(_ml.Transforms.CopyColumns("A", "F")), _data.Schema);
        Assert.Throws<FormatException>(() => _ml.Model.Load(new MemoryStream(), out _));
        Assert.Throws<FormatException>(() => _ml.Model.Load(new MemoryStream(new byte[500]), out _));
        Assert.Throws<FormatException>(() => _ml.Model.Load(new MemoryStream(model, 0, model.Length / 2), out _));
        Assert.Throws<FormatException>(() => _ml.Model.Load(new MemoryStream(model, 0, model.Length - 10), out _));
        Assert.Throws<FileNotFoundException>(() => _ml.Model.Load("no-such-model.zip", out _));
        using MemoryStream foreign = new();
        using (ZipArchive archive = new(foreign, ZipArchiveMode.Create, leaveOpen: true))
            archive.CreateEntry("hello.txt");
        foreign.Position = 0;
        Assert.Throws<InvalidOperationException>(() => _ml.Model.Load(foreign, out _));
    }

    [Fact]
    public void A_file_is_replaced_and_a_stream_left_open()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, new byte[100_000]);
            _ml.Model.Save(Fit(_ml.Transforms.CopyColumns("A", "F")), _data.Schema, path);
            Assert.True(new FileInfo(path).Length < 50_000);
            Assert.IsType<ColumnCopyingTransformer>(_ml.Model.Load(path, out _));
        }
        finally
        {
            File.Delete(path);
        }

        using MemoryStream stream = new();
        _ml.Model.Save(Fit(_ml.Transforms.CopyColumns("A", "F")), _data.Schema, stream);
        Assert.True(stream.CanWrite);
    }

    [CustomMappingFactoryAttribute(Contract)]
    internal sealed class PlusOneFactory : CustomMappingFactory<OnlyF, OnlyY>
    {
        public const string Contract = "MLNetContract.PlusOne";

        public override Action<OnlyF, OnlyY> GetMapping() => (s, d) => d.Y = s.F + 1;
    }
}
