namespace Topaz.Tests;

/// <summary>The pixels of a disc by its definition, for tests that draw discs.</summary>
internal static class DiscOffsets
{
    public static IEnumerable<(int Dx, int Dy)> Of(int radius) =>
        from dy in Enumerable.Range(-radius, 2 * radius + 1)
        from dx in Enumerable.Range(-radius, 2 * radius + 1)
        where dx * dx + dy * dy <= radius * radius
        select (dx, dy);
}
