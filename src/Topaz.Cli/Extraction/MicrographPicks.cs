using Topaz.Images;
using Topaz.Particles;
using Topaz.Picking;

namespace Topaz.Cli.Extraction;

/// <summary>What was picked in a micrograph, in pixels of its file.</summary>
/// <param name="Picks">The picks.</param>
/// <param name="Diameter">Twice the radius that they were picked with.</param>
/// <param name="Width">Columns of the file.</param>
/// <param name="Height">Rows of the file.</param>
internal sealed record MicrographPicks(IReadOnlyList<Particle> Picks, double Diameter, int Width, int Height)
{
    /// <summary>Takes picks from pixels of a score map to those of the file that was scored.</summary>
    public static MicrographPicks Of(Micrograph map, IEnumerable<Particle> picks, int radius) => new(
        [.. picks.Select(map.ToRaw)], 2 * radius * map.ScaleX, (int)Math.Round(map.Width * map.ScaleX), (int)Math.Round(map.Height * map.ScaleY));
}
