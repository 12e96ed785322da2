using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Xunit;

namespace MLNetContract.Tests;

public class CustomTypeContract
{
    private readonly MLContext _ml = new(1);
    private readonly PictureRow[] _rows = [.. Enumerable.Range(1, 4).Select(i => new PictureRow { Id = "p" + i, Picture = new Picture { Width = i } })];
    private readonly IDataView _data;

    public CustomTypeContract() => _data = _ml.Data.LoadFromEnumerable(_rows);

    private CustomMappingEstimator<PictureInput, PictureOutput> Mapping =>
        _ml.Transforms.CustomMapping(new DoublingFactory().GetMapping(), DoublingFactory.Contract);

    [Fact]
    public void Objects_pass_through_by_reference()
    {
        Assert.Equal("Id:String Picture:Picture", string.Join(' ', _data.Schema.Describe().Split(' ').Order()));
        Assert.Same(_rows[2].Picture, _data.GetColumn<Picture>("Picture").ElementAt(2));
        Assert.Same(_rows[2].Picture, _ml.Data.CreateEnumerable<PictureRow>(_data, false).ElementAt(2).Picture);
        Assert.Null(_ml.Data.LoadFromEnumerable(new[] { new PictureRow() }).GetColumn<Picture>("Picture").Single());
    }

    [Fact]
    public void Mappings_read_and_make_objects()
    {
        IDataView mapped = Mapping.Append(_ml.Transforms.CopyColumns("Copy", "Doubled")).Fit(_data).Transform(_data);
        Assert.Equal([2, 4, 6, 8], mapped.GetColumn<Picture>("Copy").Select(p => p.Width));
        Assert.Equal([1, 2, 3, 4], mapped.Floats("Width"));
    }

    [Fact]
    public void Filters_and_splits_keep_the_column_but_caching_and_shuffling_drop_it()
    {
        DataOperationsCatalog.TrainTestData split = _ml.Data.TrainTestSplit(_data, 0.5);
        IDataView[] keeping = [_ml.Data.TakeRows(_data, 2), _ml.Data.SkipRows(_data, 1), _ml.Data.FilterByCustomPredicate<PictureInput>(_data, _ => false), split.TrainSet, split.TestSet];
        Assert.All(keeping, view => Assert.NotNull(view.Schema.GetColumnOrNull("Picture")));
        Assert.Equal(10, split.TrainSet.GetColumn<Picture>("Picture").Concat(split.TestSet.GetColumn<Picture>("Picture")).Sum(p => p.Width));
        Assert.Equal("Id:String", _ml.Data.Cache(_data).Schema.Describe());
        Assert.Equal("Id:String", _ml.Data.ShuffleRows(_data).Schema.Describe());
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.CopyColumns("Copy", "Id").AppendCacheCheckpoint(_ml).Append(Mapping).Fit(_data));
    }

    [Fact]
    public void A_saved_schema_lacks_the_column_and_the_model_works_all_the_same()
    {
        ITransformer loaded = Models.RoundTrip(_ml, Mapping.Fit(_data), _data.Schema, out DataViewSchema schema);
        Assert.Equal("Id:String", schema.Describe());
        Assert.Equal([2, 4, 6, 8], loaded.Transform(_data).GetColumn<Picture>("Doubled").Select(p => p.Width));
        using PredictionEngine<PictureRow, PictureOutput> engine = _ml.Model.CreatePredictionEngine<PictureRow, PictureOutput>(loaded);
        Assert.Equal(6, engine.Predict(_rows[2]).Doubled!.Width);
        using PredictionEngine<PictureRow, PictureOutput> withSchema = _ml.Model.CreatePredictionEngine<PictureRow, PictureOutput>(loaded, schema);
        Assert.Equal(6, withSchema.Predict(_rows[2]).Doubled!.Width);
    }

    [Fact]
    public void A_column_of_another_type_is_named()
    {
        IDataView texts = _ml.Transforms.CopyColumns("Picture", "Id").Fit(_data).Transform(_data);
        Assert.Contains("'Picture' of type 'String'", Assert.Throws<InvalidOperationException>(() => Mapping.Fit(texts)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => _ml.Data.CreateEnumerable<PictureAsText>(_data, false).ToList());
    }

    [Fact]
    public void A_member_without_the_attribute_has_no_type() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.LoadFromEnumerable(new[] { new Unmarked() }));

    [Fact]
    public void A_type_is_registered_once_and_standard_types_never()
    {
        DataViewTypeManager.Register(new PictureType(), typeof(Picture), new PictureAttribute());
        DataViewTypeManager.Register(new PictureType(), typeof(Picture), new PictureAttribute());
        Assert.Throws<ArgumentOutOfRangeException>(() => DataViewTypeManager.Register(new OtherType(), typeof(Picture), new PictureAttribute()));
        Assert.Throws<ArgumentOutOfRangeException>(() => DataViewTypeManager.Register(new PictureType(), typeof(Uri), new PictureAttribute()));
        Assert.Throws<ArgumentOutOfRangeException>(() => DataViewTypeManager.Register(new OtherType(), typeof(float)));
    }

    internal sealed class Picture
    {
        public float Width { get; set; }
    }

    internal sealed class PictureType() : StructuredDataViewType(typeof(Picture))
    {
        public override bool Equals(DataViewType? other) => other is PictureType;

        public override bool Equals(object? obj) => obj is PictureType;

        public override int GetHashCode() => 17;

        public override string ToString() => "Picture";
    }

    internal sealed class OtherType() : StructuredDataViewType(typeof(Picture))
    {
        public override bool Equals(DataViewType? other) => other is OtherType;

        public override bool Equals(object? obj) => obj is OtherType;

        public override int GetHashCode() => 18;
    }

    [AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
    internal sealed class PictureAttribute : DataViewTypeAttribute
    {
        public override void Register() => DataViewTypeManager.Register(new PictureType(), typeof(Picture), this);

        public override bool Equals(DataViewTypeAttribute? other) => other is PictureAttribute;

        public override bool Equals(object? obj) => obj is PictureAttribute;

        public override int GetHashCode() => 19;
    }

    internal sealed class PictureRow
    {
        public string? Id { get; set; }

        [Picture]
        public Picture? Picture { get; set; }
    }

    internal sealed class PictureInput
    {
        [Picture]
        public Picture? Picture { get; set; }
    }

    internal sealed class PictureOutput
    {
        public float Width { get; set; }

        [Picture]
        public Picture? Doubled { get; set; }
    }

    internal sealed class PictureAsText
    {
        public string? Picture { get; set; }
    }

    internal sealed class Unmarked
    {
        public Picture? Picture { get; set; }
    }

    [CustomMappingFactoryAttribute(Contract)]
    internal sealed class DoublingFactory : CustomMappingFactory<PictureInput, PictureOutput>
    {
        public const string Contract = "MLNetContract.Doubling";

        public override Action<PictureInput, PictureOutput> GetMapping() =>
            (s, d) => (d.Width, d.Doubled) = (s.Picture!.Width, new Picture { Width = 2 * s.Picture.Width });
    }
}
