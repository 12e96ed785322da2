using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;

namespace MLNetContract.Tests;

public class PredictionEngineContract
{
    private readonly MLContext _ml = new(1);
    private readonly Row[] _rows = Row.Make(10);
    private readonly IDataView _data;
    private readonly ITransformer _model;

    public PredictionEngineContract()
    {
        _data = _ml.Data.LoadFromEnumerable(_rows);
        _model = _ml.Transforms.CopyColumns("A", "F")
            .Append(_ml.Transforms.CustomMapping<OnlyF, Result>((s, d) => (d.Y, d.Z) = (3 * s.F, [1, s.F]), null))
            .Append(_ml.Transforms.DropColumns("F")).Fit(_data);
    }

    [Fact]
    public void Each_prediction_is_a_new_object()
    {
        using PredictionEngine<Row, Result> engine = _ml.Model.CreatePredictionEngine<Row, Result>(_model);
        Result first = engine.Predict(_rows[1]), second = engine.Predict(_rows[2]);
        Assert.Equal((3f, 6f), (first.Y, second.Y));
        Assert.Equal([1, 1], first.Z!);
        Assert.NotSame(first.Z, second.Z);
        Assert.Null(engine.OutputSchema.GetColumnOrNull("F"));
    }

    [Fact]
    public void A_given_object_is_filled_again()
    {
        using PredictionEngine<Row, Result> engine = _ml.Model.CreatePredictionEngine<Row, Result>(_model);
        Result result = new(), same = result;
        engine.Predict(_rows[1], ref result);
        float[]? array = result.Z;
        engine.Predict(_rows[4], ref result);
        Assert.Same(same, result);
        Assert.Same(array, result.Z);
        Assert.Equal(12, result.Y);
        Result? none = null;
        engine.Predict(_rows[4], ref none!);
        Assert.Equal(12, none!.Y);
    }

    [Fact]
    public void A_changed_example_is_predicted_anew()
    {
        using PredictionEngine<OnlyF, OnlyY> engine = _ml.Model.CreatePredictionEngine<OnlyF, OnlyY>(_model);
        OnlyF example = new() { F = 1 };
        Assert.Equal(3, engine.Predict(example).Y);
        example.F = 5;
        Assert.Equal(15, engine.Predict(example).Y);
    }

    [Fact]
    public void Nothing_runs_that_no_output_needs()
    {
        int calls = 0;
        ITransformer model = _ml.Transforms.CustomMapping<OnlyF, OnlyY>((s, d) => calls++, null).Fit(_data);
        using PredictionEngine<Row, OnlyF> engine = _ml.Model.CreatePredictionEngine<Row, OnlyF>(model);
        Assert.Equal((4f, 0), (engine.Predict(_rows[4]).F, calls));
    }

    [Fact]
    public void The_newest_column_of_a_name_is_read()
    {
        ITransformer model = _ml.Transforms.CustomMapping<OnlyF, OnlyF>((s, d) => d.F = s.F + 100, null).Fit(_data);
        using PredictionEngine<Row, OnlyF> engine = _ml.Model.CreatePredictionEngine<Row, OnlyF>(model);
        Assert.Equal(103, engine.Predict(_rows[3]).F);
    }

    [Fact]
    public void Missing_outputs_are_ignored_unless_told_otherwise()
    {
        using PredictionEngine<Row, OnlyX> engine = _ml.Model.CreatePredictionEngine<Row, OnlyX>(_model);
        Assert.Equal(0, engine.Predict(_rows[1]).X);
        Assert.Equal("Could not find  column 'X'",
            Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Model.CreatePredictionEngine<Row, OnlyX>(_model, ignoreMissingColumns: false)).Text());
    }

    [Fact]
    public void Wrong_classes_are_refused_when_the_engine_is_made()
    {
        Assert.Equal("Could not find input column 'F'", Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Model.CreatePredictionEngine<OnlyX, Result>(_model)).Text());
        Assert.Throws<InvalidOperationException>(() => _ml.Model.CreatePredictionEngine<IntF, Result>(_model));
        Assert.Throws<InvalidOperationException>(() => _ml.Model.CreatePredictionEngine<Row, IntegerY>(_model));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Model.CreatePredictionEngine<Row, Result>(new WholeDataTransformer()));
        using PredictionEngine<Row, Result> engine = _ml.Model.CreatePredictionEngine<Row, Result>(_model);
        Assert.Throws<ArgumentNullException>(() => engine.Predict(null!));
    }

    [Fact]
    public void A_definition_or_a_schema_says_how_to_read_the_example()
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(OnlyX));
        definition["X"].ColumnName = "F";
        using PredictionEngine<OnlyX, OnlyY> renamed = _ml.Model.CreatePredictionEngine<OnlyX, OnlyY>(_model, true, definition);
        Assert.Equal(27, renamed.Predict(new OnlyX { X = 9 }).Y);
        using PredictionEngine<Row, Result> withSchema = _ml.Model.CreatePredictionEngine<Row, Result>(_model, _data.Schema);
        Assert.Equal(3, withSchema.Predict(_rows[1]).Y);
        Assert.Throws<InvalidOperationException>(() => _ml.Model.CreatePredictionEngine<OnlyX, Result>(_model, _data.Schema));
    }

    [Fact]
    public void Errors_of_a_mapping_arrive_as_they_are()
    {
        ITransformer model = _ml.Transforms.CustomMapping<OnlyF, OnlyY>((s, d) => throw new InvalidDataException("bad"), null).Fit(_data);
        using PredictionEngine<OnlyF, OnlyY> engine = _ml.Model.CreatePredictionEngine<OnlyF, OnlyY>(model);
        Assert.Equal("bad", Assert.Throws<InvalidDataException>(() => engine.Predict(new OnlyF())).Message);
    }

    [Fact]
    public void An_engine_owns_its_transformer_unless_told_otherwise()
    {
        DisposalProbe owned = new(_model), shared = new(_model);
        _ml.Model.CreatePredictionEngine<Row, Result>(owned).Dispose();
        _ml.Model.CreatePredictionEngine<Row, Result>(shared, new PredictionEngineOptions { OwnsTransformer = false }).Dispose();
        Assert.Equal((1, 0), (owned.Disposals, shared.Disposals));
    }

    [Fact]
    public void Engines_of_one_model_work_side_by_side()
    {
        float[] sums = new float[8];
        Parallel.For(0, sums.Length, i =>
        {
            using PredictionEngine<OnlyF, OnlyY> engine = _ml.Model.CreatePredictionEngine<OnlyF, OnlyY>(_model, new PredictionEngineOptions { OwnsTransformer = false });
            for (int n = 0; n < 500; n++)
                sums[i] += engine.Predict(new OnlyF { F = n % 10 }).Y;
        });
        Assert.All(sums, sum => Assert.Equal(3 * 45 * 50, sum));
    }

    internal sealed class Result
    {
        public float Y { get; set; }

        public float[]? Z { get; set; }
    }

    internal sealed class IntegerY
    {
        public int Y { get; set; }
    }
}
