using Topaz.Networks;
using Xunit;

namespace Topaz.Tests;

public sealed class ThresholdTableTests
{
    private static readonly ThresholdTable Table = new(
    [
        new ThresholdPoint(3, 0.99, 0.3, 0.98), new ThresholdPoint(1, 0.95, 0.7, 0.9),
        new ThresholdPoint(-1, 0.85, 0.9, 0.5), new ThresholdPoint(-3, 0.5, 0.99, 0.01),
    ]);

    [Fact]
    public void SuggestsTheBestBalance()
    {
        Assert.Equal(-1, Table.Suggested.Threshold);
        Assert.Equal(2 * 0.85 * 0.9 / 1.75, Table.Suggested.F1, 1e-12);
    }

    [Fact]
    public void FindsMostAtAPrecision()
    {
        Assert.Equal(1, Table.ForPrecision(0.9)!.Value.Threshold);
        Assert.Equal(-3, Table.ForPrecision(0.2)!.Value.Threshold);
        Assert.Null(Table.ForPrecision(0.995));
    }

    [Theory]
    [InlineData(10, 0.98)]
    [InlineData(2, 0.94)]
    [InlineData(-1, 0.5)]
    [InlineData(-10, 0.01)]
    public void ProbabilityIsLinearBetweenPoints(double score, double probability) => Assert.Equal(probability, Table.Probability(score), 1e-12);

    [Fact]
    public void TextSurvivesARoundTrip() => Assert.Equal(Table.Points, ThresholdTable.TryParse(Table.ToString())!.Points);

    [Theory]
    [InlineData("")]
    [InlineData("1:0.5:0.5")]
    [InlineData("1:0.5:0.5:x")]
    [InlineData("1:0.5:0.5:2")]
    [InlineData("NaN:0.5:0.5:0.5")]
    [InlineData("1:0.5:0.5:0.5 2:0.5:0.5:0.5")]
    public void OtherTextIsRefused(string text) => Assert.Null(ThresholdTable.TryParse(text));
}
