using System.Globalization;

namespace Topaz.Cli.Reports;

/// <summary>One axis of a plot: what it shows and where its ticks are.</summary>
internal sealed record PlotAxis(string Label, double Min, double Max, double Step)
{
    public string Format { get; init; } = "0.0";

    /// <summary>An axis from 0 to a round number at or above <paramref name="max"/>, with about five ticks.</summary>
    public static PlotAxis From(string label, double min, double max)
    {
        double rough = Math.Max(max - min, 1e-6) / 5, power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = power * (rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 };
        int decimals = Math.Max(0, -(int)Math.Floor(Math.Log10(step) + 1e-9));
        return new PlotAxis(label, Math.Floor(min / step + 1e-9) * step, Math.Ceiling(max / step - 1e-9) * step, step)
        {
            Format = decimals == 0 ? "0" : "0." + new string('0', decimals),
        };
    }
}

/// <summary>The box of a plot with its axes, grid and title, and the way from values to pixels.</summary>
internal sealed class PlotFrame(Canvas canvas, double left, double top, double width, double height, PlotAxis x, PlotAxis y)
{
    private const double TickSize = 11, LabelSize = 13;

    public Canvas Canvas => canvas;

    public double Right => left + width;

    public double Bottom => top + height;

    /// <summary>Where a point of the plot lies on the canvas.</summary>
    public (double X, double Y) At(double valueX, double valueY) => (
        left + (valueX - x.Min) / (x.Max - x.Min) * width,
        top + height - (valueY - y.Min) / (y.Max - y.Min) * height);

    /// <summary>Draws grid, frame, numbers and labels.</summary>
    public void Draw()
    {
        foreach (double value in Ticks(x))
        {
            double at = At(value, y.Min).X;
            canvas.Line(at, top, at, Bottom, Rgb.Grid);
            canvas.Text(Number(value, x), at, Bottom + 12 + TickSize, TickSize, Rgb.Ink, anchor: 0.5);
        }

        foreach (double value in Ticks(y))
        {
            double at = At(x.Min, value).Y;
            canvas.Line(left, at, Right, at, Rgb.Grid);
            canvas.Text(Number(value, y), left - 12, at + TickSize / 2, TickSize, Rgb.Ink, anchor: 1);
        }

        // Only the axes themselves: a closed box would say nothing more.
        canvas.Stroke([[(left, top), (left, Bottom), (Right, Bottom)]], Rgb.Ink, 1.4);
        canvas.Text(x.Label, left + width / 2, Bottom + 46 + LabelSize / 2, LabelSize, Rgb.Ink, anchor: 0.5);
        canvas.Text(y.Label, left - 58, top + height / 2, LabelSize, Rgb.Ink, anchor: 0.5, upwards: true);
    }

    private static IEnumerable<double> Ticks(PlotAxis axis)
    {
        int count = (int)Math.Round((axis.Max - axis.Min) / axis.Step);
        return Enumerable.Range(0, count + 1).Select(i => axis.Min + i * axis.Step);
    }

    private static string Number(double value, PlotAxis axis) =>
        value.ToString(axis.Format, CultureInfo.InvariantCulture).Replace('-', '−');
}
