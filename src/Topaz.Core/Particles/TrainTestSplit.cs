namespace Topaz.Particles;

/// <summary>Micrographs set apart for testing, and those left for training, each with its particles.</summary>
/// <remarks>Whole micrographs are set apart: particles of one micrograph share ice, defocus and junk.</remarks>
/// <param name="TrainImages">Micrographs to train on, in their old order.</param>
/// <param name="TrainParticles">Their particles.</param>
/// <param name="TestImages">Micrographs to test on, in their old order.</param>
/// <param name="TestParticles">Their particles.</param>
public sealed record TrainTestSplit(
    IReadOnlyList<ImageEntry> TrainImages,
    ParticleTable TrainParticles,
    IReadOnlyList<ImageEntry> TestImages,
    ParticleTable TestParticles)
{
    /// <summary>Draws <paramref name="testCount"/> micrographs for testing.</summary>
    /// <exception cref="TopazException">Not at least one micrograph would be left on each side.</exception>
    public static TrainTestSplit ByCount(IReadOnlyList<ImageEntry> images, ParticleTable particles, int testCount, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(particles);
        if (testCount < 1 || testCount >= images.Count)
            throw new TopazException($"{testCount} of {images.Count} micrographs cannot be set apart for testing; take at least one and leave at least one.");

        // A partial Fisher–Yates shuffle: the first testCount of the order are the test set.
        int[] order = [.. Enumerable.Range(0, images.Count)];
        RandomStream random = new(seed);
        for (int i = 0; i < testCount; i++)
        {
            int j = i + random.NextInt32(order.Length - i);
            (order[i], order[j]) = (order[j], order[i]);
        }

        ImageEntry[] test = [.. order[..testCount].Order().Select(i => images[i])];
        ImageEntry[] train = [.. order[testCount..].Order().Select(i => images[i])];
        return new TrainTestSplit(
            train, particles.Where(train.Select(image => image.Name)),
            test, particles.Where(test.Select(image => image.Name)));
    }

    /// <summary>Draws a fraction of the micrographs for testing, rounded, with at least one on each side.</summary>
    /// <exception cref="TopazException">The fraction is not between 0 and 1, or there are fewer than two micrographs.</exception>
    public static TrainTestSplit ByFraction(IReadOnlyList<ImageEntry> images, ParticleTable particles, double testFraction, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (testFraction is not (> 0 and < 1))
            throw new TopazException("The fraction of micrographs to test on must lie between 0 and 1.");
        int count = (int)Math.Round(testFraction * images.Count, MidpointRounding.AwayFromZero);
        return ByCount(images, particles, Math.Max(1, Math.Min(count, images.Count - 1)), seed);
    }
}
