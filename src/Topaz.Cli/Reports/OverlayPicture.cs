using System.Globalization;
using Topaz.Images;
using Topaz.Particles;

namespace Topaz.Cli.Reports;

/// <summary>Draws a micrograph with the picks in it as rings, and the labels, where there are any, as dashed rings around them.</summary>
public static class OverlayPicture
{
    private const int LargestSide = 1024, CaptionHeight = 58;
    private const double TextSize = 12;

    // From the bright half of a perceptually even scale: every step stands out on grey, with any kind of colour vision.
    private static readonly Rgb Worst = new(204, 71, 120), Middling = new(248, 149, 64), Best = new(250, 240, 60);
    private static readonly Rgb LabelColour = new(110, 215, 255);

    /// <summary>Draws the picture.</summary>
    /// <param name="micrograph">The micrograph as it stands.</param>
    /// <param name="picks">Picks in its pixels, with scores.</param>
    /// <param name="labels">Labels in its pixels; may be empty.</param>
    /// <param name="radius">Radius of the particle in its pixels.</param>
    /// <param name="caption">What more there is to say, for example precision and recall; may be empty.</param>
    public static Canvas Draw(
        Micrograph micrograph, IReadOnlyList<Particle> picks, IReadOnlyList<Particle> labels, double radius, string caption = "")
    {
        (Canvas canvas, int factor) = Begin(micrograph);
        double Scaled(double position) => (position - 0.5 * (factor - 1)) / factor;
        double ring = Math.Max(3, radius / factor);
        foreach (Particle label in labels)
            canvas.Circle(Scaled(label.X), Scaled(label.Y), ring + 3, LabelColour, 1.6, Math.Max(6, (int)(ring / 1.6)));
        (float low, float high) = ScoreRange(picks);
        foreach (Particle pick in picks.OrderBy(pick => pick.Score))
            canvas.Circle(Scaled(pick.X), Scaled(pick.Y), ring, ScoreColour(high > low ? Math.Clamp((pick.Score - low) / (high - low), 0, 1) : 1), 2);

        DrawCaption(canvas, micrograph.Name, Count(picks.Count, "pick"), labels, (low, high), caption);
        return canvas;
    }

    /// <summary>Draws a score map, or a micrograph, with straight pieces of filaments in it as lines between rings.</summary>
    /// <param name="map">The image as it stands.</param>
    /// <param name="ends">Ends of the pieces in its pixels, two by two, with scores.</param>
    /// <param name="radius">Radius of the filament in its pixels.</param>
    public static Canvas DrawPieces(Micrograph map, IReadOnlyList<Particle> ends, double radius)
    {
        (Canvas canvas, int factor) = Begin(map);
        double Scaled(double position) => (position - 0.5 * (factor - 1)) / factor;
        double ring = Math.Max(3, radius / factor);
        (float low, float high) = ScoreRange(ends);
        foreach (Particle[] piece in ends.Chunk(2))
        {
            Rgb colour = ScoreColour(high > low ? Math.Clamp((piece[0].Score - low) / (high - low), 0, 1) : 1);
            canvas.Line(Scaled(piece[0].X), Scaled(piece[0].Y), Scaled(piece[1].X), Scaled(piece[1].Y), colour, 2);
            foreach (Particle end in piece)
                canvas.Circle(Scaled(end.X), Scaled(end.Y), ring, colour, 1.5);
        }

        DrawCaption(canvas, map.Name, Count(ends.Count / 2, "piece"), [], (low, high), "");
        return canvas;
    }

    /// <summary>The image, and by what factor it is smaller in the picture: the centre of the picture's pixel 0 is the middle of the pixels
    /// that were averaged to it.</summary>
    private static (Canvas Canvas, int Factor) Begin(Micrograph micrograph)
    {
        int factor = (Math.Max(micrograph.Width, micrograph.Height) + LargestSide - 1) / LargestSide;
        factor = Math.Min(factor, Math.Min(micrograph.Width, micrograph.Height)); // of a narrow strip a pixel must be left
        int width = micrograph.Width / factor, height = micrograph.Height / factor;
        var canvas = new Canvas(width, height + CaptionHeight, Rgb.White);
        DrawMicrograph(canvas, micrograph, factor, width, height);
        return (canvas, factor);
    }

    private static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    private static void DrawCaption(
        Canvas canvas, string name, string found, IReadOnlyList<Particle> labels, (float Low, float High) scores, string caption)
    {
        // Rings at the lower border reach into the caption's space.
        int top = canvas.Height - CaptionHeight;
        canvas.FillRectangle(0, top, canvas.Width, CaptionHeight, Rgb.White);
        double x = 8, y = top + 8 + TextSize;
        canvas.Text(name, x, y, TextSize, Rgb.Ink, bold: true);
        if (caption.Length > 0)
            canvas.Text(caption, canvas.Width - 8, y, TextSize, Rgb.Ink, anchor: 1);

        y = top + 48;
        double middle = y - TextSize / 2;
        // On dark, as in the picture, since the colours are chosen to stand out there.
        canvas.FillRectangle((int)x, (int)middle - 9, 20, 20, new(90, 90, 90));
        canvas.Circle(x + 10, middle + 1, 6.5, Best, 2);
        canvas.Text(found, x + 28, y, TextSize, Rgb.Ink);
        x += 28 + Canvas.TextWidth(found, TextSize) + 28;
        if (labels.Count > 0)
        {
            string given = Count(labels.Count, "label");
            canvas.FillRectangle((int)x, (int)middle - 9, 20, 20, new(90, 90, 90));
            canvas.Circle(x + 10, middle + 1, 7, LabelColour, 1.8, 6);
            canvas.Text(given, x + 28, y, TextSize, Rgb.Ink);
            x += 28 + Canvas.TextWidth(given, TextSize) + 28;
        }

        if (!(scores.High > scores.Low))
            return;
        canvas.Text("score", x, y, TextSize, Rgb.Ink);
        x += Canvas.TextWidth("score ", TextSize) + 4;
        string low = Number(scores.Low), high = Number(scores.High);
        canvas.Text(low, x, y, TextSize, Rgb.Faint);
        x += Canvas.TextWidth(low, TextSize) + 10;
        for (int i = 0; i < 120; i++)
            canvas.FillRectangle((int)x + i, (int)middle - 6, 1, 13, ScoreColour(i / 119.0));
        canvas.Text(high, x + 130, y, TextSize, Rgb.Faint);
    }

    /// <summary>Averages blocks of pixels, smooths lightly and maps the middle 99 per cent of the grey values to black and white.</summary>
    private static void DrawMicrograph(Canvas canvas, Micrograph micrograph, int factor, int width, int height)
    {
        float[] grey = new float[width * height];
        for (int i = 0; i < grey.Length; i++)
        {
            float sum = 0;
            for (int y = i / width * factor, end = y + factor; y < end; y++)
            {
                for (int x = i % width * factor, right = x + factor; x < right; x++)
                    sum += micrograph[x, y];
            }

            grey[i] = sum;
        }

        Smooth(grey, width, height);
        float[] sorted = [.. grey];
        Array.Sort(sorted);
        float black = sorted[(int)(0.003 * (sorted.Length - 1))], white = sorted[(int)(0.997 * (sorted.Length - 1))];
        float scale = white > black ? 255 / (white - black) : 0;
        for (int i = 0; i < grey.Length; i++)
        {
            byte value = (byte)Math.Clamp((grey[i] - black) * scale, 0, 255);
            canvas[i % width, i / width] = new Rgb(value, value, value);
        }
    }

    /// <summary>Binomial weights 1 4 6 4 1 along rows and columns: about a Gaussian of one pixel.</summary>
    private static void Smooth(float[] image, int width, int height)
    {
        float[] rows = new float[image.Length];
        for (int y = 0, i = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++, i++)
            {
                float At(int offset) => image[y * width + Math.Clamp(x + offset, 0, width - 1)];
                rows[i] = (At(-2) + 4 * At(-1) + 6 * At(0) + 4 * At(1) + At(2)) / 16;
            }
        }

        for (int y = 0, i = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++, i++)
            {
                float At(int offset) => rows[Math.Clamp(y + offset, 0, height - 1) * width + x];
                image[i] = (At(-2) + 4 * At(-1) + 6 * At(0) + 4 * At(1) + At(2)) / 16;
            }
        }
    }

    /// <summary>From the 2nd to the 98th percentile, so that a few outliers do not take all the colours.</summary>
    private static (float Low, float High) ScoreRange(IReadOnlyList<Particle> picks)
    {
        float[] scores = [.. picks.Where(pick => pick.HasScore).Select(pick => pick.Score).Order()];
        return scores.Length == 0 ? (0, 0) : (scores[(int)(0.02 * (scores.Length - 1))], scores[(int)Math.Ceiling(0.98 * (scores.Length - 1))]);
    }

    private static Rgb ScoreColour(double t) =>
        double.IsNaN(t) ? Best : t < 0.5 ? Rgb.Mix(Worst, Middling, 2 * t) : Rgb.Mix(Middling, Best, 2 * t - 1);

    private static string Number(float value) => value.ToString("0.0", CultureInfo.InvariantCulture).Replace('-', '−');
}
