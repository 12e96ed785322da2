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

        return Of(images, particles, [.. Shuffled(images.Count, seed).Take(testCount)]);
    }

    /// <summary>
    /// For cross-validation: deals the micrographs at random into <paramref name="folds"/> parts of about the same size and sets one
    /// of them apart. With the same seed, each micrograph is in the test set of exactly one fold.
    /// </summary>
    /// <param name="images">The micrographs.</param>
    /// <param name="particles">Their particles.</param>
    /// <param name="folds">How many parts, two at least.</param>
    /// <param name="fold">Which part to set apart, from zero.</param>
    /// <param name="seed">Seed of the deal.</param>
    /// <exception cref="TopazException">There is no such fold, or there are fewer micrographs than folds.</exception>
    public static TrainTestSplit ByFold(IReadOnlyList<ImageEntry> images, ParticleTable particles, int folds, int fold, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(particles);
        if (folds < 2 || folds > images.Count)
            throw new TopazException($"{images.Count} micrographs cannot be dealt into {folds} folds; take from 2 to {images.Count}.");
        if (fold < 0 || fold >= folds)
            throw new TopazException($"There is no fold {fold}; the {folds} folds are 0 to {folds - 1}.");
        return Of(images, particles, [.. Shuffled(images.Count, seed).Where((_, place) => place % folds == fold)]);
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

    private static TrainTestSplit Of(IReadOnlyList<ImageEntry> images, ParticleTable particles, HashSet<int> tested)
    {
        ImageEntry[] test = [.. images.Where((_, i) => tested.Contains(i))], train = [.. images.Where((_, i) => !tested.Contains(i))];
        return new TrainTestSplit(
            train, particles.Where(train.Select(image => image.Name)),
            test, particles.Where(test.Select(image => image.Name)));
    }

    /// <summary>The numbers below <paramref name="count"/> in random order (Fisher–Yates).</summary>
    private static int[] Shuffled(int count, ulong seed)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        RandomStream random = new(seed);
        for (int i = 0; i < count - 1; i++)
        {
            int j = i + random.NextInt32(count - i);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }
}
