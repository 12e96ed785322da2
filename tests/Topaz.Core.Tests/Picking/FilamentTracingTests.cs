using Topaz.Images;
using Topaz.Particles;
using Topaz.Picking;
using Xunit;

namespace Topaz.Tests;

public class FilamentTracingTests
{
    private const int Size = 256, Radius = 6;

    /// <summary>Scores of 4 on curves, falling to −4 within four pixels, with noise of standard deviation 0.5.</summary>
    private static Micrograph Map(params IReadOnlyList<Func<double, (double X, double Y)>> curves)
    {
        float[] scores = new float[Size * Size];
        var random = new RandomStream(seed: 5);
        for (int i = 0; i < scores.Length; i++)
        {
            double nearest = curves.Min(curve => Enumerable.Range(0, 201).Min(step =>
            {
                (double x, double y) = curve(step / 200.0);
                return Math.Sqrt((x - i % Size) * (x - i % Size) + (y - i / Size) * (y - i / Size));
            }));
            scores[i] = (float)(8 * Math.Exp(-nearest * nearest / 8) - 4 + 0.5 * random.NextGaussian());
        }

        return new Micrograph("filaments", Size, Size, scores);
    }

    private static Func<double, (double X, double Y)> Line(double x0, double y0, double x1, double y1) =>
        t => (x0 + t * (x1 - x0), y0 + t * (y1 - y0));

    private static IReadOnlyList<Filament> Trace(Micrograph map, double minLength = 0) =>
        FilamentTracing.Trace(map, NonMaximumSuppression.Pick(map, Radius, 0), Radius, 0, minLength);

    [Fact]
    public void StraightFilaments_GiveTheirEnds()
    {
        Filament[] found = [.. Trace(Map(Line(20, 40, 230, 60), Line(30, 120, 60, 240)), minLength: 40).OrderBy(filament => filament.Points.Min(point => point.Y))];

        Assert.Equal(2, found.Length);
        AssertEnds(found[0], (20, 40), (230, 60));
        AssertEnds(found[1], (30, 120), (60, 240));
    }

    [Fact]
    public void CrossingFilaments_GoOnStraight()
    {
        IReadOnlyList<Filament> found = Trace(Map(Line(20, 20, 230, 200), Line(20, 200, 230, 30)), minLength: 60);

        // One runs through; the other may stop at the crossing, for the first has taken the picks there.
        Assert.Contains(found, filament => filament.Length > 240);
        foreach (Filament filament in found)
        {
            IReadOnlyList<Particle> ends = filament.EndPoints(Radius);
            Assert.Equal(2, ends.Count);
            double slope = (ends[1].Y - ends[0].Y) / (ends[1].X - ends[0].X);
            Assert.True(Math.Abs(slope - 180.0 / 210) < 0.1 || Math.Abs(slope + 170.0 / 210) < 0.1, $"slope {slope}");
        }
    }

    [Fact]
    public void ABentFilament_IsFollowedByPiecesThatShareTheirEnds()
    {
        // A quarter of a circle of radius 150.
        Micrograph map = Map(t => (50 + 150 * Math.Cos(t * Math.PI / 2), 50 + 150 * Math.Sin(t * Math.PI / 2)));
        Filament filament = Assert.Single(Trace(map, minLength: 60));

        Assert.InRange(filament.Length, 215, 260);
        IReadOnlyList<Particle> ends = filament.EndPoints(Radius / 2.0);
        Assert.InRange(ends.Count, 6, 20);
        for (int i = 0; i < ends.Count; i += 2)
        {
            Assert.InRange(Math.Sqrt(Math.Pow((ends[i].X + ends[i + 1].X) / 2 - 50, 2) + Math.Pow((ends[i].Y + ends[i + 1].Y) / 2 - 50, 2)), 143, 154);
            if (i > 0)
                Assert.Equal(ends[i - 1], ends[i]);
            Assert.Equal(filament.Score, ends[i].Score);
        }
    }

    [Fact]
    public void ShortChainsAreLeftOut()
    {
        Micrograph map = Map(Line(20, 40, 230, 60), Line(100, 150, 130, 150));

        Assert.Equal(2, Trace(map, minLength: 20).Count);
        Assert.Single(Trace(map, minLength: 60));
        Assert.Empty(Trace(map, minLength: 400));
    }

    [Fact]
    public void NothingToLink_IsNoFilament()
    {
        var empty = new Micrograph("empty", Size, Size, new float[Size * Size]);
        Assert.Empty(FilamentTracing.Trace(empty, [], Radius, 0));
        Assert.Empty(FilamentTracing.Trace(empty, [new Particle(10, 10, 1)], Radius, 0));
        Assert.Empty(FilamentTracing.Trace(empty, [new Particle(10, 10, -2), new Particle(200, 10, -1)], Radius, 0));
    }

    private static void AssertEnds(Filament filament, (double X, double Y) a, (double X, double Y) b)
    {
        IReadOnlyList<Particle> ends = filament.EndPoints(Radius);
        Assert.Equal(2, ends.Count);
        if (Filament.Distance(ends[0], new Particle(a.X, a.Y)) > Filament.Distance(ends[0], new Particle(b.X, b.Y)))
            (a, b) = (b, a);
        Assert.InRange(Filament.Distance(ends[0], new Particle(a.X, a.Y)), 0, 2 * Radius);
        Assert.InRange(Filament.Distance(ends[1], new Particle(b.X, b.Y)), 0, 2 * Radius);
    }
}
