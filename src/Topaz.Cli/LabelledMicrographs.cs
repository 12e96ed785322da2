using System.Globalization;
using Topaz.Cli.Terminal;
using Topaz.Images;
using Topaz.Particles;
using Topaz.Picking;

namespace Topaz.Cli;

/// <summary>Micrographs with labels, prepared as the network takes them: what training, validation and evaluation work on.</summary>
/// <param name="Images">The micrographs, in the order of their list.</param>
/// <param name="Labels">Labels in pixels of the prepared micrographs; all of them lie inside.</param>
internal sealed record LabelledMicrographs(IReadOnlyList<Micrograph> Images, ParticleTable Labels)
{
    /// <summary>Reads and prepares micrographs that have labels; what does not fit together is told, what cannot be read is left out.</summary>
    /// <param name="what">What is being done, for the progress bar.</param>
    /// <param name="entries">The micrographs.</param>
    /// <param name="labels">Their labels, in pixels of the files.</param>
    /// <param name="targets">Where the labels come from, for messages.</param>
    /// <param name="preprocessing">How to prepare the micrographs.</param>
    /// <param name="pixelSize">Å per pixel of the files; null for what the headers tell.</param>
    /// <param name="threads">Threads to use.</param>
    /// <param name="console">Where to report.</param>
    /// <param name="cancellation">Stops between micrographs.</param>
    /// <exception cref="TopazException">Nothing is left to work with.</exception>
    public static LabelledMicrographs Load(
        string what, IReadOnlyList<ImageEntry> entries, ParticleTable labels, string targets, Preprocessing preprocessing,
        double? pixelSize, int threads, VerbConsole console, CancellationToken cancellation)
    {
        if (ImageList.CheckLabels(entries, labels, targets) is { } warning)
            console.Warn(warning);

        var images = new List<Micrograph>();
        int parallel = Math.Min(threads, entries.Count);
        var batch = new Batch(console, cancellation);
        batch.Run($"{what} ({entries.Count})", entries, parallel,
            entry => PreparedMicrograph.Load(entry, preprocessing, pixelSize, threads / parallel), (_, image) => images.Add(image));
        return new LabelledMicrographs(images, Inside(images, labels, targets, console));
    }

    private static ParticleTable Inside(List<Micrograph> images, ParticleTable labels, string targets, VerbConsole console)
    {
        var inside = new ParticleTable();
        int all = 0;
        foreach (Micrograph image in images)
        {
            all += labels[image.Name].Count;
            inside.Add(image.Name, image.Inside(labels[image.Name]));
        }

        const string Remedy = "check that coordinates and images are of the same scale";
        if (inside.Count == 0)
        {
            throw new TopazException(all == 0
                ? $"{targets}: no label is left, for the labelled micrographs cannot be used."
                : $"{targets}: all {all} labels lie outside the images; {Remedy}.");
        }

        if (inside.Count < all)
            console.Warn(string.Create(CultureInfo.InvariantCulture, $"{targets}: {all - inside.Count} of {all} labels lie outside the images and are left out; {Remedy}."));
        return inside;
    }
}
