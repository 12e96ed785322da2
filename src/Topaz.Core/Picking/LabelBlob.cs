using Topaz.Images;
using Topaz.Particles;

namespace Topaz.Picking;

/// <summary>What labels have in common: a blob, darker or brighter than what is around it.</summary>
/// <param name="Radius">Its radius, in pixels of the micrographs.</param>
/// <param name="Significance">Its contrast over the standard error of that; labels that mark nothing have about 2 to 3.</param>
public readonly record struct LabelBlob(double Radius, double Significance)
{
    private const int WorkingSize = 1024, MostLabels = 400, BackgroundPlaces = 400;
    private const double LeastSignificance = 5, EdgeHeight = 0.2, EdgeToRadius = 1.2, RingWidth = 0.2, SureOfShape = 2;

    /// <summary>Whether there is a blob at all.</summary>
    public bool IsSeen => Significance >= LeastSignificance;

    /// <summary>Measures the blob at labels.</summary>
    /// <param name="micrographs">Micrographs, raw or prepared; a few are enough.</param>
    /// <param name="labels">Labels in pixels of these micrographs; those outside do not count.</param>
    /// <returns>The blob; of radius and significance 0 for less than three labels inside the micrographs.</returns>
    /// <remarks>
    /// The contrast of a disc of radius r is the mean inside less the mean in the ring around it of the same area, times r, as its noise falls with 1/r:
    /// for a uniform disc that is greatest at the disc's own radius. For others that is a core, smaller than the particle. The particle ends where the mean profile has fallen to
    /// a fifth of the core's height or, if that is further out, where rings around labels are no more uneven, to the two sides, than rings anywhere: long particles that lie in all directions have
    /// a mean that is no wider than they are. Its radius is a fifth more, for edges are faint. Labels are averaged, so that far weaker particles than one can see are found; the
    /// standard error comes from the scatter between labels.
    /// </remarks>
    public static LabelBlob Measure(IReadOnlyList<Micrograph> micrographs, ParticleTable labels)
    {
        ArgumentNullException.ThrowIfNull(micrographs);
        ArgumentNullException.ThrowIfNull(labels);
        Micrograph[] shrunk = [.. micrographs.Select(Shrink)];
        (List<RadialProfile> profiles, int core, double significance) = FindCore(shrunk, labels);
        return core == 0 ? default : new LabelBlob(EdgeToRadius * Math.Max(MeanExtent(profiles, core), UnevenExtent(profiles, core, shrunk)) * shrunk[0].ScaleX, significance);
    }

    /// <summary>A copy of a micrograph, small enough to be measured quickly, with mean 0 and standard deviation 1.</summary>
    internal static Micrograph Shrink(Micrograph micrograph)
    {
        double factor = Math.Max(1, Math.Floor(Math.Max(micrograph.Width, micrograph.Height) / (double)WorkingSize));
        return Normalizer.Affine(factor > 1 ? FourierDownsampler.Downsample(micrograph, factor, threads: 0) : micrograph);
    }

    /// <summary>The significance alone, on shrunk micrographs, which is quicker.</summary>
    internal static double SignificanceOf(Micrograph[] shrunk, ParticleTable labels) => FindCore(shrunk, labels).Significance;

    /// <summary>The radius of greatest contrast, in pixels of shrunk micrographs; 0 for less than three labels.</summary>
    private static (List<RadialProfile> Profiles, int Core, double Significance) FindCore(Micrograph[] shrunk, ParticleTable labels)
    {
        var profiles = new List<RadialProfile>();
        foreach (Micrograph micrograph in shrunk)
        {
            foreach (Particle label in labels[micrograph.Name].Select(micrograph.FromRaw))
            {
                if (profiles.Count < MostLabels && Disc.TryGetPixel(label, micrograph.Width, micrograph.Height, out int x, out int y))
                    profiles.Add(new RadialProfile(micrograph, x, y));
            }
        }

        if (profiles.Count < 3)
            return (profiles, 0, 0);
        (int core, double greatest) = (1, 0);
        for (int r = 1; r <= RadialProfile.LargestRadius; r++)
        {
            double contrast = Math.Abs(Mean(profiles, profile => profile.Contrast(r))) * r;
            if (contrast > greatest)
                (core, greatest) = (r, contrast);
        }

        (double mean, double variance, int count) = Statistics(profiles, profile => profile.Contrast(core));
        // Labels closer than the blob's radius see the same pixels.
        int independent = Math.Min(count, profiles.Select(profile => (profile.Micrograph, profile.X / (core + 1), profile.Y / (core + 1))).Distinct().Count());
        return (profiles, core, count < 3 ? 0 : Math.Abs(mean) / Math.Sqrt(variance / independent + 1e-30));
    }

    /// <summary>Where the mean profile has fallen to a fraction of what it is in the core.</summary>
    private static double MeanExtent(List<RadialProfile> profiles, int core)
    {
        int far = Math.Min(5 * core + 2, RadialProfile.Reach);
        double background = Mean(profiles, profile => profile.Ring(Math.Min(3 * core, far - 1), far));
        double inside = Mean(profiles, profile => profile.Ring(0, core)) - background, before = 1;
        for (int r = core + 1; r <= Math.Min(4 * core + 1, RadialProfile.Reach); r++)
        {
            double here = (Mean(profiles, profile => profile.Ring(r, r)) - background) / inside;
            if (here < EdgeHeight)
                return r - 0.5 + (before > here ? (before - EdgeHeight) / (before - here) : 0);
            before = here;
        }

        return core + 0.5;
    }

    /// <summary>How far out rings around labels are surely more uneven than elsewhere.</summary>
    private static double UnevenExtent(List<RadialProfile> profiles, int core, Micrograph[] micrographs)
    {
        RadialProfile[] elsewhere = [.. Enumerable.Range(0, BackgroundPlaces).Select(i =>
        {
            var random = new RandomStream(0, (uint)i);
            Micrograph micrograph = micrographs[i % micrographs.Length];
            return new RadialProfile(micrograph, (int)(random.NextDouble() * micrograph.Width), (int)(random.NextDouble() * micrograph.Height));
        })];
        int extent = 0;
        for (int r = core; r <= 4 * core + 1; r++)
        {
            int from = (int)((1 - RingWidth) * r), to = (int)Math.Ceiling((1 + RingWidth) * r);
            (double here, double variance, int count) = Statistics(profiles, profile => profile.Unevenness(from, to));
            (double usual, _, int places) = Statistics(elsewhere, profile => profile.Unevenness(from, to));
            if (count < 3 || places < BackgroundPlaces / 4 || here - usual < SureOfShape * Math.Sqrt(variance / count))
                break;
            extent = r;
        }

        return extent;
    }

    private static (double Mean, double Variance, int Count) Statistics(IEnumerable<RadialProfile> profiles, Func<RadialProfile, double> value)
    {
        double[] known = [.. profiles.Select(value).Where(double.IsFinite)];
        double mean = known.Length == 0 ? 0 : known.Average();
        return (mean, known.Sum(one => (one - mean) * (one - mean)) / Math.Max(1, known.Length - 1), known.Length);
    }

    /// <summary>The mean over labels of what is known; 0 where it is known for too few.</summary>
    private static double Mean(List<RadialProfile> profiles, Func<RadialProfile, double> value)
    {
        double sum = 0;
        int count = 0;
        foreach (RadialProfile profile in profiles)
        {
            if (value(profile) is var known && double.IsFinite(known))
            {
                sum += known;
                count++;
            }
        }

        return count < 3 || count < profiles.Count / 3 ? 0 : sum / count;
    }
}
