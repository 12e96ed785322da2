using Microsoft.ML;
using Microsoft.ML.Data;
using Topaz.Images;
using Xunit;

namespace Topaz.MLNet.Tests;

/// <summary>What holds of every estimator of the library. A class for each estimator derives from this one and says what its columns are.</summary>
public abstract class EstimatorTestBase
{
    protected MLContext Ml { get; } = new(seed: 1);

    /// <summary>What must come before the estimator; null for nothing.</summary>
    protected virtual IEstimator<ITransformer>? Before => null;

    /// <summary>What must come after it to have picks; null for nothing.</summary>
    protected virtual IEstimator<ITransformer>? After => null;

    /// <summary>Columns that both the estimator and what it fits read.</summary>
    protected abstract IReadOnlyList<TestColumn> Inputs { get; }

    /// <summary>Columns that only the estimator reads.</summary>
    protected virtual IReadOnlyList<TestColumn> LearnedFrom => [];

    protected abstract IReadOnlyList<TestColumn> Outputs { get; }

    /// <summary>The estimator, with this before the default names of all columns that can be chosen.</summary>
    protected abstract IEstimator<ITransformer> Create(string prefix = "");

    private IEnumerable<TestColumn> FitInputs => [.. Inputs, .. LearnedFrom];

    private string[] OutputNames => [.. Outputs.Select(column => column.Name)];

    [Fact]
    public void The_schema_promised_is_the_schema_delivered()
    {
        IDataView input = Input();
        IEstimator<ITransformer> estimator = Create();
        SchemaShape promised = estimator.GetOutputSchema(InputShape());
        ITransformer model = estimator.Fit(input);
        DataViewSchema delivered = model.Transform(input).Schema;

        AssertSame(promised, delivered);
        AssertSame(promised, model.GetOutputSchema(input.Schema));
        Assert.Equal(
            input.Schema.Select(column => column.Name).Union(OutputNames).Order(),
            delivered.Where(column => !column.IsHidden).Select(column => column.Name).Order());
        Assert.True(model.IsRowToRowMapper);
        AssertSame(promised, model.GetRowToRowMapper(input.Schema).OutputSchema);
    }

    [Fact]
    public void The_schema_after_loading_is_the_schema_delivered()
    {
        IDataView input = Input();
        ITransformer model = Create().Fit(input);
        AssertSame(Create().GetOutputSchema(InputShape()), Reload(model, input.Schema).GetOutputSchema(input.Schema));
    }

    [Fact]
    public void A_missing_column_is_named()
    {
        IDataView input = Input();
        IEstimator<ITransformer> estimator = Create();
        ITransformer model = estimator.Fit(input);
        foreach (TestColumn column in FitInputs)
        {
            IEstimator<ITransformer> drop = Ml.Transforms.DropColumns(column.Name);
            IDataView poor = drop.Fit(input).Transform(input);
            Action[] asked = [() => estimator.Fit(poor), () => estimator.GetOutputSchema(drop.GetOutputSchema(InputShape())), .. Use(model, poor, column)];
            foreach (Action ask in asked)
                Assert.StartsWith($"Could not find input column '{column.Name}'", Assert.Throws<ArgumentOutOfRangeException>(ask).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_column_of_another_type_is_named_with_both_types()
    {
        IDataView input = Input();
        IEstimator<ITransformer> estimator = Create();
        ITransformer model = estimator.Fit(input);
        foreach (TestColumn column in FitInputs)
        {
            foreach ((string other, string type) in ((string, string)[])[("Name", "String"), ("Number", "Single"), ("Fixed", "Vector<Single, 2>")])
            {
                // A column cannot be spoilt by itself.
                if (column.Type == type || (type.StartsWith("Vector", StringComparison.Ordinal) && column.Type == "Vector<Single>"))
                    continue;
                IEstimator<ITransformer> spoil = Ml.Transforms.CustomMapping<Nothing, OtherTypes>((_, _) => { }, null)
                    .Append(Ml.Transforms.CopyColumns(column.Name, other));
                IDataView spoilt = spoil.Fit(input).Transform(input);
                Action[] asked = [() => estimator.Fit(spoilt), () => estimator.GetOutputSchema(spoil.GetOutputSchema(InputShape())), .. Use(model, spoilt, column)];
                foreach (Action ask in asked)
                {
                    // A shape does not know a vector's size.
                    Assert.Equal(
                        $"Schema mismatch for input column '{column.Name}': expected {column.Type}, got {type} (Parameter 'inputSchema')",
                        Assert.Throws<ArgumentOutOfRangeException>(ask).Message.Replace("Vector<Single> (", "Vector<Single, 2> (", StringComparison.Ordinal));
                }
            }
        }
    }

    [Fact]
    public void Columns_may_have_other_names()
    {
        const string Mine = "my ";
        IDataView input = Input();
        TestColumn[] renamed = [.. FitInputs.Where(column => column.CanBeChosen)];
        IEstimator<ITransformer> rename = new EstimatorChain<ITransformer>();
        foreach (TestColumn column in renamed)
            rename = rename.Append(Ml.Transforms.CopyColumns(Mine + column.Name, column.Name)).Append(Ml.Transforms.DropColumns(column.Name));
        IDataView other = rename.Fit(input).Transform(input);
        IDataView output = Create(Mine).Fit(other).Transform(other);
        AssertSame(Expected(), Values.Of(output, [.. Outputs.Select(column => column.CanBeChosen ? Mine + column.Name : column.Name)]));
        AssertSame(Create(Mine).GetOutputSchema(rename.GetOutputSchema(InputShape())), output.Schema);
    }

    [Fact]
    public void A_saved_and_loaded_model_gives_the_same()
    {
        IDataView input = Input();
        ITransformer model = Create().Fit(input);
        ITransformer loaded = Reload(model, input.Schema);
        AssertSame(Expected(), Values.Of(loaded.Transform(input), OutputNames));
        // What was loaded is saved like what was fitted.
        AssertSame(Expected(), Values.Of(Reload(loaded, input.Schema).Transform(input), OutputNames));
    }

    [Fact]
    public void It_works_between_stock_transforms_fitted_and_loaded()
    {
        IDataView input = Input();
        IEstimator<ITransformer> copy = Ml.Transforms.CopyColumns("Copy", PickingColumns.Name)
            .Append(Ml.Transforms.CustomMapping<NameRow, LengthRow>(LengthFactory.Map, LengthFactory.Contract));
        IEstimator<ITransformer> pipeline = copy
            .Append(Create())
            .Append(Ml.Transforms.DropColumns("Copy"))
            .Append(Ml.Transforms.SelectColumns([PickingColumns.Name, nameof(LengthRow.LengthOfName), .. OutputNames]));
        ITransformer model = pipeline.Fit(input);
        ITransformer loaded = Reload(model, input.Schema);
        string[] columns = [nameof(LengthRow.LengthOfName), .. OutputNames];
        List<(string Name, float[] Numbers)> expected = [.. Expected().Select(row => (row.Name, (float[])[row.Name.Length, .. row.Numbers]))];
        AssertSame(expected, Values.Of(model.Transform(input), columns));
        AssertSame(expected, Values.Of(loaded.Transform(input), columns));
        Assert.Equal(new[] { PickingColumns.Name }.Concat(columns).Order(), model.Transform(input).Schema.Where(column => !column.IsHidden).Select(column => column.Name).Order());
        AssertSame(pipeline.GetOutputSchema(InputShape()), model.Transform(input).Schema);
    }

    [Fact]
    public void It_works_after_a_cache_of_paths()
    {
        foreach (IDataView cached in (IDataView[])[Ml.Data.Cache(TinyData.LoadFiles(Ml)), Ml.Data.Cache(TinyData.LoadFiles(Ml), "Path", "Name", "LabelX", "LabelY")])
        {
            AssertSame(Expected(), Values.Of(FromFiles().Fit(cached).Transform(cached), OutputNames));
            // From memory this time.
            AssertSame(Expected(), Values.Of(FromFiles().Fit(cached).Transform(cached), OutputNames));
        }
    }

    [Fact]
    public void It_works_after_a_cache_checkpoint()
    {
        IDataView files = TinyData.LoadFiles(Ml);
        IEstimator<ITransformer> pipeline = new EstimatorChain<ITransformer>()
            .Append(Ml.Transforms.CopyColumns("Copy", PickingColumns.Name)).AppendCacheCheckpoint(Ml).Append(FromFiles());
        AssertSame(Expected(), Values.Of(pipeline.Fit(files).Transform(files), OutputNames));
    }

    [Fact]
    public void A_cache_works_or_names_the_remedy()
    {
        IDataView input = Input();
        if (!Inputs.Any(column => column.Type == "Micrograph"))
        {
            IDataView cached = Ml.Data.Cache(input);
            AssertSame(Expected(), Values.Of(Create().Fit(cached).Transform(cached), OutputNames));
            return;
        }

        Assert.Contains("append LoadMicrographs", Assert.Throws<ArgumentOutOfRangeException>(() => Create().Fit(Ml.Data.Cache(input))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Output_goes_through_a_cache()
    {
        string[] columns = [.. Outputs.Where(column => column.Type != "Micrograph").Select(column => column.Name)];
        IDataView input = Input();
        IDataView output = Create().Fit(input).Transform(input), cached = Ml.Data.Cache(output);
        AssertSame(Values.Of(output, columns), Values.Of(cached, columns));
        AssertSame(Values.Of(output, columns), Values.Of(cached, columns));
    }

    [Fact]
    public void It_works_on_shuffled_and_taken_rows()
    {
        IDataView files = TinyData.LoadFiles(Ml);
        IDataView taken = Ml.Data.TakeRows(Ml.Data.ShuffleRows(files, seed: 3), TinyData.Count - 1);
        ITransformer model = FromFiles().Fit(files);
        List<(string Name, float[] Numbers)> some = Values.Of(model.Transform(taken), OutputNames);
        Assert.Equal(TinyData.Count - 1, some.Count);
        AssertSame([.. Expected().Where(row => some.Any(other => other.Name == row.Name))], [.. some.OrderBy(row => row.Name, StringComparer.Ordinal)]);
        AssertSame([.. Expected().Skip(2)], Values.Of(Ml.Data.SkipRows(model.Transform(files), 2), OutputNames));
        AssertSame([.. Expected().Take(2)], Values.Of(Create().Fit(Input()).Transform(Ml.Data.TakeRows(Input(), 2)), OutputNames));
        Assert.Equal(TinyData.Count - 1, Values.Of(FromFiles().Fit(taken).Transform(taken), OutputNames).Count);
    }

    [Fact]
    public void It_works_inside_CrossValidate()
    {
        IDataView raw = TinyData.LoadFiles(Ml);
        IReadOnlyList<PickingCrossValidationResult> folds = Ml.ParticlePicking.CrossValidate(raw, Chain([Before, Create(), After]), numberOfFolds: 2, matchRadius: 8);
        Assert.Equal(2, folds.Count);
        Assert.All(folds, fold => Assert.InRange(fold.Metrics.AreaUnderPrecisionRecallCurve, 0, 1));
        Assert.All(folds, fold => Assert.True(fold.Metrics.PickCount > 0));
    }

    [Fact]
    public void It_takes_rows_of_a_class_of_the_users_own()
    {
        IDataView raw = Ml.Data.LoadFromEnumerable(TinyData.Rows.Select(row => new MyRow { Id = row.Name, File = Path.Combine(TinyData.Folder, row.Name + ".mrc"), Image = row.Micrograph, Xs = row.LabelX, Ys = row.LabelY }).ToArray());
        IDataView input = Chain([Before]).Fit(raw).Transform(raw);
        AssertSame(Expected(), Values.Of(Create().Fit(input).Transform(input), OutputNames));
    }

    [Fact]
    public void An_empty_table_stays_empty()
    {
        IDataView none = Chain([Before]).Fit(TinyData.LoadFiles(Ml)).Transform(Ml.Data.LoadFromEnumerable<MicrographData>([]));
        ITransformer model = Create().Fit(Input());
        Assert.Empty(Values.Of(model.Transform(none), OutputNames));
    }

    [Fact]
    public void Null_is_refused()
    {
        ITransformer model = Create().Fit(Input());
        Assert.Throws<ArgumentNullException>(() => Create().Fit(null!));
        Assert.Throws<ArgumentNullException>(() => Create().GetOutputSchema(null!));
        Assert.Throws<ArgumentNullException>(() => model.Transform(null!));
        Assert.Throws<ArgumentNullException>(() => model.GetOutputSchema(null!));
        Assert.Throws<ArgumentNullException>(() => model.GetRowToRowMapper(null!));
    }

    protected static TestColumn Image(string name = PickingColumns.Micrograph, bool canBeChosen = true) => new(name, "Micrograph", canBeChosen);

    protected static TestColumn Vector(string name, bool canBeChosen = false) => new(name, "Vector<Single>", canBeChosen);

    /// <summary>A chain of those that are not null.</summary>
    protected static IEstimator<ITransformer> Chain(IEnumerable<IEstimator<ITransformer>?> parts) =>
        parts.OfType<IEstimator<ITransformer>>().Aggregate(new EstimatorChain<ITransformer>(), (chain, part) => chain.Append(part));

    private static void AssertSame(SchemaShape promised, DataViewSchema delivered)
    {
        Assert.Equal(
            promised.Select(column => (column.Name, column.Kind, Type: column.ItemType.ToString(), column.IsKey)).OrderBy(column => column.Name, StringComparer.Ordinal),
            delivered.Where(column => !column.IsHidden).Select(column => (column.Name, Kind(column.Type), Type: ItemType(column.Type).ToString(), IsKey: ItemType(column.Type) is KeyDataViewType))
                .OrderBy(column => column.Name, StringComparer.Ordinal));

        static DataViewType ItemType(DataViewType type) => type is VectorDataViewType vector ? vector.ItemType : type;
        static SchemaShape.Column.VectorKind Kind(DataViewType type) => type is not VectorDataViewType vector ? SchemaShape.Column.VectorKind.Scalar
            : vector.IsKnownSize ? SchemaShape.Column.VectorKind.Vector : SchemaShape.Column.VectorKind.VariableVector;
    }

    private static void AssertSame(IReadOnlyList<(string Name, float[] Numbers)> expected, IReadOnlyList<(string Name, float[] Numbers)> actual)
    {
        Assert.Equal(expected.Select(row => row.Name), actual.Select(row => row.Name));
        for (int i = 0; i < expected.Count; i++)
            Assert.Equal(expected[i].Numbers, actual[i].Numbers);
    }

    private IEnumerable<Action> Use(ITransformer model, IDataView data, TestColumn column) =>
        Inputs.Contains(column)
            ? [() => model.Transform(data), () => model.GetOutputSchema(data.Schema), () => model.GetRowToRowMapper(data.Schema)]
            : [];

    private IDataView Input()
    {
        IDataView raw = TinyData.LoadFiles(Ml);
        return Chain([Before]).Fit(raw).Transform(raw);
    }

    /// <summary>All up to the estimator, from paths.</summary>
    private IEstimator<ITransformer> FromFiles() => Chain([Ml.ParticlePicking.Transforms.LoadMicrographs(), Before, Create()]);

    /// <summary>The shape of the input, whose columns only stock estimators can make.</summary>
    private SchemaShape InputShape() =>
        Chain([Ml.Transforms.CustomMapping<Nothing, MicrographData>((_, _) => { }, null), Before]).GetOutputSchema(new SchemaShape([]));

    /// <summary>The output of the plain estimator on the plain input; not trivial.</summary>
    private List<(string Name, float[] Numbers)> Expected()
    {
        IDataView input = Input();
        List<(string Name, float[] Numbers)> expected = Values.Of(Create().Fit(input).Transform(input), OutputNames);
        Assert.Equal(TinyData.Count, expected.Count);
        Assert.All(expected, row => Assert.True(row.Numbers.Distinct().Count() > 10));
        return expected;
    }

    private ITransformer Reload(ITransformer model, DataViewSchema schema)
    {
        using var zip = new MemoryStream();
        Ml.Model.Save(model, schema, zip);
        zip.Position = 0;
        return new MLContext().Model.Load(zip, out _);
    }

    /// <summary>A column as a test sees it.</summary>
    /// <param name="Name">Its usual name.</param>
    /// <param name="Type">Its type, as messages tell it.</param>
    /// <param name="CanBeChosen">Whether the estimator's options can name another column in its place.</param>
    protected sealed record TestColumn(string Name, string Type, bool CanBeChosen);

    private sealed class OtherTypes
    {
        public float Number { get; set; }

        [VectorType(2)]
        public float[] Fixed { get; set; } = [0, 0];
    }

    private sealed class MyRow
    {
        [ColumnName(PickingColumns.Name)]
        public string Id { get; set; } = "";

        [ColumnName(PickingColumns.Path)]
        public string File { get; set; } = "";

        [MicrographType]
        [ColumnName(PickingColumns.Micrograph)]
        public Micrograph? Image { get; set; }

        [ColumnName(PickingColumns.LabelX)]
        public float[] Xs { get; set; } = [];

        [ColumnName(PickingColumns.LabelY)]
        public float[] Ys { get; set; } = [];
    }
}

/// <summary>A custom mapping needs an input class, even one without columns.</summary>
internal sealed class Nothing;

internal sealed class NameRow
{
    public ReadOnlyMemory<char> Name { get; set; }
}

internal sealed class LengthRow
{
    public float LengthOfName { get; set; }
}

/// <summary>A user's own mapping, which can be saved.</summary>
[Microsoft.ML.Transforms.CustomMappingFactoryAttribute(Contract)]
internal sealed class LengthFactory : Microsoft.ML.Transforms.CustomMappingFactory<NameRow, LengthRow>
{
    public const string Contract = "Topaz.MLNet.Tests.Length";

    public static void Map(NameRow input, LengthRow output) => output.LengthOfName = input.Name.Length;

    public override Action<NameRow, LengthRow> GetMapping() => Map;
}
