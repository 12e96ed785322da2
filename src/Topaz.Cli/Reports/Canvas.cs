using Topaz.Images;

namespace Topaz.Cli.Reports;

/// <summary>
/// An RGB picture to draw on, with smooth edges. Positions are in pixels from the top left corner, pixel centres at integers.
/// </summary>
public sealed class Canvas
{
    private readonly byte[] _pixels;

    public Canvas(int width, int height, Rgb background)
    {
        (Width, Height) = (width, height);
        _pixels = new byte[width * height * 3];
        FillRectangle(0, 0, width, height, background);
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Writes the picture as a PNG file.</summary>
    public void Save(string path) => PngFile.Write(path, Width, Height, _pixels);

    public Rgb this[int x, int y]
    {
        get
        {
            int at = 3 * (y * Width + x);
            return new Rgb(_pixels[at], _pixels[at + 1], _pixels[at + 2]);
        }

        set
        {
            int at = 3 * (y * Width + x);
            (_pixels[at], _pixels[at + 1], _pixels[at + 2]) = (value.R, value.G, value.B);
        }
    }

    public void FillRectangle(int left, int top, int width, int height, Rgb colour, double opacity = 1)
    {
        for (int y = Math.Max(0, top); y < Math.Min(Height, top + height); y++)
        {
            for (int x = Math.Max(0, left); x < Math.Min(Width, left + width); x++)
                Blend(x, y, colour, opacity);
        }
    }

    public void Rectangle(double left, double top, double width, double height, Rgb colour, double thickness = 1) =>
        Stroke([[(left, top), (left + width, top), (left + width, top + height), (left, top + height), (left, top)]], colour, thickness);

    public void Line(double x0, double y0, double x1, double y1, Rgb colour, double thickness = 1) =>
        Stroke([[(x0, y0), (x1, y1)]], colour, thickness);

    public void Disc(double x, double y, double radius, Rgb colour, double opacity = 1) =>
        Round(x, y, radius + 1, (distance, _) => radius + 0.5 - distance, colour, opacity);

    /// <summary>A ring; with <paramref name="dashes"/> above 0, that many dashes as long as the gaps between them.</summary>
    public void Circle(double x, double y, double radius, Rgb colour, double thickness = 1.5, int dashes = 0) =>
        Round(x, y, radius + thickness, (distance, angle) =>
        {
            double ring = 0.5 * (thickness + 1) - Math.Abs(distance - radius);
            if (dashes == 0)
                return ring;
            double phase = angle / (2 * Math.PI) * dashes;
            double toMiddle = Math.Abs(phase - Math.Floor(phase) - 0.5) * 2 * Math.PI * radius / dashes; // along the ring
            return Math.Min(ring, 0.5 * Math.PI * radius / dashes - toMiddle + 0.5);
        }, colour, 1);

    /// <summary>
    /// Lines with round ends and joints. All of them make one shape, so that none shows through another where they cross.
    /// </summary>
    public void Stroke(IReadOnlyList<IReadOnlyList<(double X, double Y)>> lines, Rgb colour, double thickness = 1)
    {
        if (!lines.Any(line => line.Count > 0))
            return;
        double reach = 0.5 * thickness + 1;
        int left = Column(lines.Min(line => line.Min(p => p.X)) - reach), right = Column(lines.Max(line => line.Max(p => p.X)) + reach);
        int top = Row(lines.Min(line => line.Min(p => p.Y)) - reach), bottom = Row(lines.Max(line => line.Max(p => p.Y)) + reach);
        float[] coverage = new float[(right - left + 1) * (bottom - top + 1)];
        foreach (IReadOnlyList<(double X, double Y)> line in lines)
        {
            for (int i = 1; i < Math.Max(2, line.Count); i++)
            {
                (double X, double Y) a = line[i - 1], b = line[Math.Min(i, line.Count - 1)];
                for (int y = Row(Math.Min(a.Y, b.Y) - reach); y <= Row(Math.Max(a.Y, b.Y) + reach); y++)
                {
                    for (int x = Column(Math.Min(a.X, b.X) - reach); x <= Column(Math.Max(a.X, b.X) + reach); x++)
                    {
                        ref float cover = ref coverage[(y - top) * (right - left + 1) + x - left];
                        cover = Math.Max(cover, (float)(0.5 * (thickness + 1) - Distance(x, y, a, b)));
                    }
                }
            }
        }

        for (int y = top, i = 0; y <= bottom; y++)
        {
            for (int x = left; x <= right; x++, i++)
                Blend(x, y, colour, Math.Min(coverage[i], thickness)); // lines thinner than a pixel are fainter
        }
    }

    /// <summary>Writes text whose capitals are <paramref name="size"/> pixels high, standing on <paramref name="y"/>.</summary>
    /// <param name="text">One line.</param>
    /// <param name="x">Left end, middle or right end, as <paramref name="anchor"/> says.</param>
    /// <param name="y">The baseline.</param>
    /// <param name="size">Height of capitals in pixels.</param>
    /// <param name="colour">Its colour.</param>
    /// <param name="anchor">0 for the left end at x, 0.5 for the middle, 1 for the right end.</param>
    /// <param name="bold">Whether in heavy strokes.</param>
    /// <param name="upwards">Whether the text runs from the bottom to the top, with x and y exchanging their parts.</param>
    public void Text(string text, double x, double y, double size, Rgb colour, double anchor = 0, bool bold = false, bool upwards = false)
    {
        double scale = size / StrokeFont.CapitalHeight, start = -anchor * TextWidth(text, size);
        var lines = new List<IReadOnlyList<(double, double)>>();
        foreach ((IReadOnlyList<(double X, double Y)> line, double offset) in StrokeFont.Lines(text))
        {
            lines.Add([.. line.Select(p =>
            {
                double along = start + (offset + p.X) * scale, up = p.Y * scale;
                return upwards ? (x - up, y - along) : (x + along, y - up);
            })]);
        }

        Stroke(lines, colour, Math.Max(1.1, size * (bold ? 0.19 : 0.125)));
    }

    /// <summary>How many pixels a line of text is wide.</summary>
    public static double TextWidth(string text, double size) => StrokeFont.Width(text) * size / StrokeFont.CapitalHeight;

    private void Round(double centreX, double centreY, double reach, Func<double, double, double> coverage, Rgb colour, double opacity)
    {
        for (int y = Row(centreY - reach); y <= Row(centreY + reach); y++)
        {
            for (int x = Column(centreX - reach); x <= Column(centreX + reach); x++)
            {
                double dx = x - centreX, dy = y - centreY;
                double cover = coverage(Math.Sqrt(dx * dx + dy * dy), Math.Atan2(dy, dx));
                Blend(x, y, colour, opacity * Math.Clamp(cover, 0, 1));
            }
        }
    }

    private static double Distance(double x, double y, (double X, double Y) a, (double X, double Y) b)
    {
        double dx = b.X - a.X, dy = b.Y - a.Y, squared = dx * dx + dy * dy;
        double t = squared == 0 ? 0 : Math.Clamp(((x - a.X) * dx + (y - a.Y) * dy) / squared, 0, 1);
        double ex = x - a.X - t * dx, ey = y - a.Y - t * dy;
        return Math.Sqrt(ex * ex + ey * ey);
    }

    private int Column(double x) => (int)Math.Clamp(Math.Round(x), 0, Width - 1);

    private int Row(double y) => (int)Math.Clamp(Math.Round(y), 0, Height - 1);

    private void Blend(int x, int y, Rgb colour, double opacity)
    {
        if (opacity > 0)
            this[x, y] = opacity >= 1 ? colour : Rgb.Mix(this[x, y], colour, opacity);
    }
}
