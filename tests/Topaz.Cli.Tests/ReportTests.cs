using Topaz.Cli.Reports;
using Topaz.Evaluation;
using Topaz.Images;
using Topaz.Particles;

namespace Topaz.Tests;

public class ReportTests
{
    [Fact]
    public void Rings_lie_around_the_picks_of_a_picture_made_smaller()
    {
        // 2048 to 1024 pixels; a constant image is drawn black.
        var micrograph = new Micrograph("m", 2048, 1600, new float[2048 * 1600]);
        Canvas canvas = OverlayPicture.Draw(micrograph, [new Particle(800.5, 400.5, 1)], [], radius: 40);
        Assert.Equal(1024, canvas.Width);
        (int X, int Y)[] drawn = [.. from y in Enumerable.Range(0, 800) from x in Enumerable.Range(0, 1024)
                                     where canvas[x, y] != new Rgb(0, 0, 0) select (x, y)];
        // Half the position and half the radius, give or take half the line's thickness.
        Assert.NotEmpty(drawn);
        Assert.All(drawn, p => Assert.InRange(Math.Sqrt((p.X - 400) * (p.X - 400) + (p.Y - 200) * (p.Y - 200)), 18, 22));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(64, 48)]
    [InlineData(5000, 3)]
    public void Nothing_to_show_is_no_error(int width, int height)
    {
        var micrograph = new Micrograph("m", width, height, [.. Enumerable.Repeat(float.NaN, width * height)]);
        Assert.True(OverlayPicture.Draw(micrograph, [], [], radius: 1).Height > 0);
        // Scores that are missing, all the same or infinite; picks far outside.
        Particle[] picks = [new(0, 0), new(3, 3, 2), new(1e9, -1e9, float.NegativeInfinity)];
        Assert.True(OverlayPicture.Draw(micrograph, picks, [new(-50, 1e6)], radius: 1).Height > 0);
    }

    [Fact]
    public void Plots_without_data_have_axes()
    {
        Canvas blank = new(900, 720, Rgb.White);
        Canvas[] plots =
        [
            PrecisionRecallPlot.Draw("", []),
            PrecisionRecallPlot.Draw("", [("none", PrecisionRecallCurve.Compute([], []))]),
            TrainingCurvePlot.Draw("", [], []),
            TrainingCurvePlot.Draw("", [double.NaN], [(0, double.NaN)]),
            TrainingCurvePlot.Draw("", [], [(0, 0.5)]),
        ];
        // The left axis, whatever else.
        Assert.All(plots, plot => Assert.NotEqual(blank[92, 200], plot[92, 200]));
    }
}
