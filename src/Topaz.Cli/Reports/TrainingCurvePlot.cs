namespace Topaz.Cli.Reports;

/// <summary>Draws the training loss of every update and, beneath it, the validation AUPRC of every epoch.</summary>
public static class TrainingCurvePlot
{
    /// <summary>Draws the plot.</summary>
    /// <param name="title">What was trained.</param>
    /// <param name="losses">The loss of each update.</param>
    /// <param name="auprc">Validation AUPRC after so many updates; empty where there was no validation.</param>
    public static Canvas Draw(string title, IReadOnlyList<double> losses, IReadOnlyList<(int Update, double Auprc)> auprc)
    {
        bool validated = auprc.Count > 0;
        var canvas = new Canvas(900, validated ? 760 : 480, Rgb.White);
        canvas.Text(title, 92, 44, 16, Rgb.Ink, bold: true);

        PlotAxis updates = PlotAxis.From("Updates", 0, Math.Max(Math.Max(1, losses.Count), validated ? auprc.Max(point => point.Update) : 1));
        double[] finite = [.. losses.Where(double.IsFinite)];
        double highest = finite.Length == 0 ? 1 : finite.Max(), lowest = finite.Length == 0 ? 0 : finite.Min();
        var loss = new PlotFrame(canvas, 92, 76, 768, validated ? 270 : 312, validated ? updates with { Label = "" } : updates,
            PlotAxis.From("Training loss", Math.Min(0, lowest), highest > lowest ? highest : lowest + 1));
        loss.Draw();
        List<(double X, double Y)> every = Points(loss, losses), smooth = Points(loss, Smooth(losses));
        canvas.Stroke([every], Rgb.Mix(Rgb.White, Rgb.Palette[0], 0.35), 1.2);
        canvas.Stroke([smooth], Rgb.Palette[0], 2.6);

        if (validated)
        {
            var quality = new PlotFrame(canvas, 92, 408, 768, 264, updates, new("Validation AUPRC", 0, 1, 0.2));
            quality.Draw();
            (double X, double Y)[] points = [.. auprc.Select(point => quality.At(point.Update, point.Auprc))];
            canvas.Stroke([points], Rgb.Palette[1], 2.6);
            foreach ((double x, double y) in points)
                canvas.Disc(x, y, 4.5, Rgb.Palette[1]);
        }

        return canvas;
    }

    private static List<(double X, double Y)> Points(PlotFrame frame, IReadOnlyList<double> values) =>
        [.. values.Select((value, i) => (Update: i + 1, Value: value)).Where(point => double.IsFinite(point.Value))
            .Select(point => frame.At(point.Update, point.Value))];

    /// <summary>A running mean with a memory of a thirtieth of the whole, free of a bias at its start.</summary>
    private static double[] Smooth(IReadOnlyList<double> values)
    {
        double keep = 1 - 1 / Math.Max(1, values.Count / 30.0), sum = 0, weight = 0;
        return [.. values.Select(value =>
        {
            if (double.IsFinite(value))
                (sum, weight) = (keep * sum + value, keep * weight + 1);
            return weight > 0 ? sum / weight : double.NaN;
        })];
    }
}
