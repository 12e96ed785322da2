using Topaz.Images;
using Topaz.Particles;
using Topaz.Picking;

namespace Topaz.Cli;

/// <summary>What to learn from and what to validate on, before any image is read.</summary>
/// <param name="Train">To learn from.</param>
/// <param name="Test">To validate on; null for nothing.</param>
internal sealed record TrainingSources(LabelledSource Train, LabelledSource? Test);

/// <summary>Micrographs that have labels, before they are read.</summary>
/// <param name="Images">The micrographs.</param>
/// <param name="Labels">Their labels, in pixels of the files.</param>
/// <param name="Targets">Where the labels come from, for messages.</param>
internal sealed record LabelledSource(IReadOnlyList<ImageEntry> Images, ParticleTable Labels, string Targets)
{
    /// <summary>Without the micrographs that have no label, if there are others.</summary>
    public LabelledSource OnlyLabelled() => Images.Where(image => Labels[image.Name].Count > 0).ToArray() is { Length: > 0 } labelled ? this with { Images = labelled } : this;

    /// <summary>Reads the micrographs with the most labels as they are; what cannot be read is left out, and told when it is its turn.</summary>
    public LabelSample Sample(double? pixelSize, int threads)
    {
        var images = new List<Micrograph>();
        foreach (ImageEntry entry in Images.Where(image => Labels[image.Name].Count > 0).OrderByDescending(image => Labels[image.Name].Count).Take(LabelSample.Most))
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

        return new LabelSample(images, Labels);
    }
}
