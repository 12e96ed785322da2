using Topaz.Search;

namespace Topaz.Tests;

public sealed class SearchSpaceTests
{
    [Theory]
    [InlineData("x", "0.25", "0.25")]
    [InlineData("x", "0.2..0.4", "0.2..0.4")]
    [InlineData("x", "0.2,0.4", "0.2,0.4")]
    [InlineData("x", "-3..1e-2", "-3..0.01")]
    [InlineData("kind", "c,a", "c,a")]
    [InlineData("kind", "b", "b")]
    public void ValuesAreNarrowedAsTyped(string name, string text, string described)
    {
        Dimension narrowed = Toy.Space.Narrow(name, text).Dimensions.Single(dimension => dimension.Name == name);
        Assert.Equal(described, narrowed.Describe());
        // A default that was ruled out is replaced by one that is not.
        Assert.Equal(narrowed.DefaultValue, narrowed.Narrow(narrowed.DefaultValue).DefaultValue);
    }

    [Theory]
    [InlineData("y", "1", "no setting 'y'")]
    [InlineData("x", "much", "not a number")]
    [InlineData("x", "0.4..0.2", "ends before it begins")]
    [InlineData("x", "..", "not a number")]
    [InlineData("rate", "-1", "not positive")]
    [InlineData("kind", "d", "none of a,b,c")]
    [InlineData("x", "NaN", "not a number")]
    public void SenselessValuesAreToldInOneLine(string name, string text, string message)
    {
        TopazException failure = Assert.Throws<TopazException>(() => Toy.Space.Narrow(name, text));
        Assert.Contains(message, failure.Message);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public void ListedNumbersAreExamples()
    {
        var units = new SearchSpace([new CategoricalDimension("units", ["16", "32"], "32") { IsOpen = true }]);
        Assert.Equal("64,16", units.Narrow("units", "64,16").Dimensions[0].Describe());
        Assert.Throws<TopazException>(() => units.Narrow("units", "-1"));
        Assert.Throws<TopazException>(() => units.Narrow("units", "many"));
        var closed = new SearchSpace([new CategoricalDimension("units", ["32"], "32")]);
        Assert.Contains("'16' is none of 32", Assert.Throws<TopazException>(() => closed.Narrow("units", "16")).Message);
    }

    [Fact]
    public void SpacesAndParametersSurviveJson()
    {
        Assert.Equal(Toy.Space.ToJson(), SearchSpace.FromJson(Toy.Space.ToJson()).ToJson());
        TrialParameters drawn = new RandomSampler().Draw(Toy.Space, [], 7, 1);
        Assert.Equal(drawn.Values, TrialParameters.FromJson(drawn.ToJson()).Values);
        foreach (string bad in (string[])["", "{", "[]x", "[{}]", "[1]", "null", "{\"a\":1}"])
            Assert.Throws<TopazException>(() => SearchSpace.FromJson(bad));
        Assert.Throws<TopazException>(() => TrialParameters.FromJson("[]"));
    }
}
