using System.Globalization;
using Topaz.Evaluation;

namespace Topaz.Cli.Reports;

/// <summary>Draws precision against recall, one curve for each picker, with each one's best F1 marked.</summary>
public static class PrecisionRecallPlot
{
    private const double TextSize = 13;

    /// <summary>Draws the plot.</summary>
    /// <param name="title">What was picked.</param>
    /// <param name="curves">The pickers, ours first.</param>
    public static Canvas Draw(string title, IReadOnlyList<(string Label, PrecisionRecallCurve Curve)> curves)
    {
        var canvas = new Canvas(900, 720, Rgb.White);
        var frame = new PlotFrame(canvas, 92, 76, 768, 552, new("Recall", 0, 1, 0.2), new("Precision", 0, 1, 0.2));
        canvas.Text(title, 92, 44, 16, Rgb.Ink, bold: true);
        frame.Draw();

        // The last first, so that ours lies on top.
        for (int i = curves.Count - 1; i >= 0; i--)
        {
            PrecisionRecallCurve curve = curves[i].Curve;
            if (curve.Thresholds.Count == 0)
                continue;
            // A curve starts at recall 0 with the precision of its best-scored picks.
            (double Recall, double Precision)[] points = [(0, curve.Precision[0]), .. curve.Recall.Zip(curve.Precision)];
            canvas.Stroke([[.. points.Select(point => frame.At(point.Recall, point.Precision))]], Colour(i), 2.6);
        }

        for (int i = curves.Count - 1; i >= 0; i--)
        {
            PrecisionRecallCurve curve = curves[i].Curve;
            if (float.IsNaN(curve.BestF1Threshold))
                continue;
            (double precision, double recall) = curve.At(curve.BestF1Threshold);
            Mark(canvas, frame.At(recall, precision), Colour(i));
        }

        if (curves.Count > 0)
            DrawLegend(frame, curves);
        return canvas;
    }

    private static void DrawLegend(PlotFrame frame, IReadOnlyList<(string Label, PrecisionRecallCurve Curve)> curves)
    {
        Canvas canvas = frame.Canvas;
        (double left, _) = frame.At(0, 0);
        double line = 26, x = left + 24, y = frame.Bottom - 18 - line * curves.Count;
        double name = Math.Max(70, curves.Max(curve => Canvas.TextWidth(curve.Label, TextSize)));
        double auprc = x + 44 + name + 76, f1 = auprc + 84;
        canvas.FillRectangle((int)x - 12, (int)(y - line + 2), (int)(f1 - x + 26), (int)(line * (curves.Count + 1) + 4), Rgb.White, 0.88);
        canvas.Text("AUPRC", auprc, y, 11, Rgb.Faint, anchor: 1);
        canvas.Text("best F1", f1, y, 11, Rgb.Faint, anchor: 1);
        for (int i = 0; i < curves.Count; i++)
        {
            y += line;
            double middle = y - TextSize / 2;
            canvas.Line(x, middle, x + 32, middle, Colour(i), 2.6);
            Mark(canvas, (x + 16, middle), Colour(i));
            canvas.Text(curves[i].Label, x + 44, y, TextSize, Rgb.Ink);
            canvas.Text(Number(curves[i].Curve.AveragePrecision), auprc, y, TextSize, Rgb.Ink, anchor: 1, bold: i == 0);
            canvas.Text(Number(curves[i].Curve.BestF1), f1, y, TextSize, Rgb.Ink, anchor: 1, bold: i == 0);
        }
    }

    private static void Mark(Canvas canvas, (double X, double Y) at, Rgb colour)
    {
        canvas.Disc(at.X, at.Y, 6.5, Rgb.White);
        canvas.Disc(at.X, at.Y, 4.8, colour);
    }

    private static Rgb Colour(int index) => Rgb.Palette[index % Rgb.Palette.Count];

    private static string Number(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}
