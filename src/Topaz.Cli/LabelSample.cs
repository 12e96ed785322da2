using Topaz.Cli.Terminal;
using Topaz.Images;
using Topaz.Particles;
using Topaz.Picking;

namespace Topaz.Cli;

/// <summary>A few labelled micrographs as they are in files, to learn from before all are read and prepared.</summary>
/// <param name="Images">The micrographs.</param>
/// <param name="Labels">All labels, in pixels of the files.</param>
internal sealed record LabelSample(IReadOnlyList<Micrograph> Images, ParticleTable Labels)
{
    private const int Most = 4;

    /// <summary>Whether the micrographs are normalised, as those of 'topaz preprocess' are; networks learn little from grey values far from mean 0 and standard deviation 1.</summary>
    public bool IsNormalized => Images.All(image => Moments.Of(image.Pixels) is ( >= -2 and <= 2, >= 0.2 and <= 5));

    /// <summary>Reads those with the most labels; what cannot be read is left out, and told when it is its turn.</summary>
    public static LabelSample Read(LabelledSource source, double? pixelSize, int threads)
    {
        var images = new List<Micrograph>();
        foreach (ImageEntry entry in source.Images.Where(image => source.Labels[image.Name].Count > 0).OrderByDescending(image => source.Labels[image.Name].Count).Take(Most))
        {
            try
            {
                Micrograph image = PreparedMicrograph.Raw(entry, pixelSize, threads).WithName(entry.Name);
                // Nothing can be measured where all pixels are the same.
                if (image.Pixels.AsSpan().ContainsAnyExcept(image.Pixels[0]))
                    images.Add(image);
            }
            catch (TopazException)
            {
            }
        }

        return new LabelSample(images, source.Labels);
    }

    /// <summary>Warns if labels seem to be in pixels of other micrographs.</summary>
    public void Check(string targets, VerbConsole console)
    {
        if (LabelScale.Suspect(Images, Labels) is { } suspicion)
            console.Warn($"{targets}: {suspicion}.");
    }

    /// <summary>The particle's radius in pixels of the files, as the labels show it; null where they show nothing.</summary>
    public double? Radius() => LabelBlob.Measure(Images, Labels) is { IsSeen: true, Radius: var radius } ? radius : null;
}
