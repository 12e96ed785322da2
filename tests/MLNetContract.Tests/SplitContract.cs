using Microsoft.ML;
using Xunit;

namespace MLNetContract.Tests;

/// <summary>Which rows go where is up to the implementation; these are the properties that hold for any.</summary>
public class SplitContract
{
    private readonly MLContext _ml = new(1);
    private readonly IDataView _data;

    public SplitContract() => _data = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 2000).Select(i => new Grouped { F = i, T = "g" + i % 20, K = i % 7 }).ToArray());

    [Fact]
    public void A_split_divides_the_rows_in_order_and_about_as_asked()
    {
        DataOperationsCatalog.TrainTestData split = _ml.Data.TrainTestSplit(_data, 0.2, seed: 3);
        float[] train = split.TrainSet.Floats("F"), test = split.TestSet.Floats("F");
        Assert.Equal(Enumerable.Range(0, 2000).Select(i => (float)i), train.Concat(test).Order());
        Assert.Equal(train.Order(), train);
        Assert.InRange(test.Length, 300, 500);
        Assert.Equal(_data.Schema.Describe(), split.TestSet.Schema.Describe());
        Assert.Null(split.TestSet.GetRowCount());
    }

    [Fact]
    public void A_seed_repeats_a_split_and_without_one_the_contexts_seed_does()
    {
        float[] Test(MLContext ml, int? seed) => ml.Data.TrainTestSplit(_data, 0.2, seed: seed).TestSet.Floats("F");
        Assert.Equal(Test(_ml, 3), Test(_ml, 3));
        Assert.NotEqual(Test(_ml, 3), Test(_ml, 4));
        Assert.Equal(Test(new MLContext(5), null), Test(new MLContext(5), null));
        Assert.Equal(Test(_ml, null), Test(_ml, null));
        Assert.Equal(Test(new MLContext(5), null), Test(_ml, 5));
        Assert.Equal(Test(new MLContext(), null), Test(new MLContext(), null));
    }

    [Theory]
    [InlineData("T")]
    [InlineData("K")]
    public void Rows_of_one_key_stay_together(string key)
    {
        DataOperationsCatalog.TrainTestData split = _ml.Data.TrainTestSplit(_data, 0.4, key);
        HashSet<string> test = [.. Keys(split.TestSet, key)];
        Assert.NotEmpty(test);
        Assert.DoesNotContain(Keys(split.TrainSet, key), test.Contains);
    }

    [Fact]
    public void Impossible_splits_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.TrainTestSplit(_data, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.TrainTestSplit(_data, 1));
        Assert.Equal("Could not find SamplingKeyColumn column 'nowhere'",
            Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.TrainTestSplit(_data, 0.5, "nowhere")).Text());
    }

    private static IEnumerable<string> Keys(IDataView data, string key) =>
        key == "T" ? data.Texts("T") : data.Floats("K").Select(k => k.ToString(System.Globalization.CultureInfo.InvariantCulture));

    internal sealed class Grouped
    {
        public float F { get; set; }

        public string? T { get; set; }

        public float K { get; set; }
    }
}
