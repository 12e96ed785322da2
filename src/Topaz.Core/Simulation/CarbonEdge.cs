namespace Topaz.Simulation;

/// <summary>The rim of a hole in the carbon film: ice inside a circle, carbon with a wavy border outside.</summary>
internal sealed class CarbonEdge
{
    private readonly double _centreX, _centreY, _radius, _wave, _phase;

    /// <summary>Draws a hole, from 1.0 to 1.6 micrographs wide, whose rim cuts off 5 to 25 per cent of the micrograph's length.</summary>
    public CarbonEdge(int width, int height, ref RandomStream random)
    {
        double extent = Math.Max(width, height), angle = 2 * Math.PI * random.NextDouble();
        _radius = extent * (1 + 0.6 * random.NextDouble());
        double toRim = extent * (0.25 + 0.20 * random.NextDouble());
        _centreX = width / 2.0 - (_radius - toRim) * Math.Cos(angle);
        _centreY = height / 2.0 - (_radius - toRim) * Math.Sin(angle);
        _wave = 0.004 * extent;
        _phase = 2 * Math.PI * random.NextDouble();
    }

    /// <summary>Distance in pixels from the rim, positive on carbon.</summary>
    public double Depth(double x, double y)
    {
        double dx = x - _centreX, dy = y - _centreY, angle = Math.Atan2(dy, dx);
        return Math.Sqrt(dx * dx + dy * dy) - _radius + _wave * (Math.Sin(23 * angle + _phase) + 0.6 * Math.Sin(57 * angle + 2 * _phase));
    }
}
