using Topaz.Evaluation;
using Topaz.Images;
using Topaz.Particles;

namespace Topaz.Picking;

/// <summary>
/// The classical baseline: blobs of about one size, found as maxima of a difference of Gaussians. A learned picker that does not
/// beat it has no reason to exist, so every report shows both.
/// </summary>
/// <param name="Sigma">σ of the narrower Gaussian, in pixels; a disc of radius r answers best at σ ≈ r / 1.8.</param>
/// <param name="Dark">Whether particles are darker than their surroundings.</param>
/// <remarks>D. G. Lowe, "Distinctive image features from scale-invariant keypoints", IJCV 60:91, 2004; as a particle picker: Voss et
/// al., "DoG Picker and TiltPicker", J. Struct. Biol. 166:205, 2009.</remarks>
public sealed record DogPicker(double Sigma, bool Dark)
{
    // The ratio at which the difference is closest to the Laplacian of a Gaussian (Marr and Hildreth, 1980).
    private const double WidthRatio = 1.6;

    // Two particles may overlap in projection, but rarely by more than this leaves; below it, tuning is spoiled by doubles of one
    // particle (average precision on EMPIAR-10146: 0.42 at 1, 0.70 at 1.5).
    private const double LeastDistanceInRadii = 1.5;

    /// <summary>The map of answers, of the micrograph's shape and in its grey values: positive on blobs.</summary>
    public Micrograph Filter(Micrograph micrograph)
    {
        ArgumentNullException.ThrowIfNull(micrograph);
        float[] narrow = GaussianBlur.Apply(micrograph.Pixels, micrograph.Width, micrograph.Height, Sigma);
        float[] wide = GaussianBlur.Apply(micrograph.Pixels, micrograph.Width, micrograph.Height, WidthRatio * Sigma);
        for (int i = 0; i < narrow.Length; i++)
            narrow[i] = Dark ? wide[i] - narrow[i] : narrow[i] - wide[i];
        return micrograph.WithPixels(narrow);
    }

    /// <summary>Every maximum above <paramref name="threshold"/>, none within <paramref name="radius"/> of a better one; best first.</summary>
    public List<Particle> Pick(Micrograph micrograph, int radius, float threshold = 0) =>
        NonMaximumSuppression.Pick(Filter(micrograph), radius, threshold);

    /// <summary>The picker, of both signs and a range of widths around the particle's, with the best average precision.</summary>
    /// <param name="micrographs">Labelled micrographs, normalised so that their answers compare.</param>
    /// <param name="targets">Their labels, in pixels of these micrographs.</param>
    /// <param name="radius">The particle's radius in pixels; picks match labels within it, and are at least 1.5 of it apart.</param>
    /// <param name="threads">Threads to use; 0 for one per core. The result does not depend on it.</param>
    /// <returns>The best picker and its average precision on these micrographs.</returns>
    /// <exception cref="TopazException">The micrographs have no labels.</exception>
    public static (DogPicker Picker, double AveragePrecision) Tune(
        IReadOnlyList<Micrograph> micrographs, ParticleTable targets, double radius, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(micrographs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(radius);
        (DogPicker Picker, double AveragePrecision) best = default;
        foreach (double ratio in (double[])[0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8, 1])
        {
            foreach (bool dark in (bool[])[true, false])
            {
                DogPicker picker = new(ratio * radius, dark);
                double averagePrecision = picker.Evaluate(micrographs, targets, radius, threads).Curve.AveragePrecision;
                if (best.Picker is null || averagePrecision > best.AveragePrecision)
                    best = (picker, averagePrecision);
            }
        }

        return best;
    }

    /// <summary>Picks all micrographs and compares with their labels; parameters as for <see cref="Tune"/>.</summary>
    /// <exception cref="TopazException">The micrographs have no labels.</exception>
    public PickEvaluation Evaluate(IReadOnlyList<Micrograph> micrographs, ParticleTable targets, double radius, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(micrographs);
        int distance = Math.Max(1, (int)Math.Round(LeastDistanceInRadii * radius));
        List<Particle>[] found = new List<Particle>[micrographs.Count];
        Parallel.For(0, micrographs.Count, Parallelism.Of(threads), i => found[i] = Pick(micrographs[i], distance));
        ParticleTable picks = new();
        for (int i = 0; i < found.Length; i++)
            picks.Add(micrographs[i].Name, found[i]);
        return PickEvaluation.Evaluate(picks, targets, picks.Micrographs, radius);
    }
}
