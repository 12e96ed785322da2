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
    /// <summary>Reads micrographs and labels; what does not fit together is told, what cannot be read is left out.</summary>
    /// <exception cref="TopazException">Nothing is left to work with.</exception>
    public static LabelledMicrographs Load(
        string what, string images, string targets, Preprocessing preprocessing, int threads, VerbConsole console, CancellationToken cancellation)
    {
        ParticleTable labels = ParticleFile.Read(targets);
        if (labels.Count == 0)
            throw new TopazException($"{targets}: holds no labels; add lines of image_name, x_coord and y_coord.");
        return Load(what, ImageList.Read(images), labels, targets, preprocessing, threads, console, cancellation);
    }

    /// <inheritdoc cref="Load(string, string, string, Preprocessing, int, VerbConsole, CancellationToken)"/>
    public static LabelledMicrographs Load(
        string what, IReadOnlyList<ImageEntry> entries, ParticleTable labels, string targets, Preprocessing preprocessing,
        int threads, VerbConsole console, CancellationToken cancellation)
    {
        if (ImageList.CheckLabels(entries, labels, targets) is { } warning)
            console.Warn(warning);

        var images = new List<Micrograph>();
        int parallel = Math.Min(threads, entries.Count);
        var batch = new Batch(console, cancellation);
        batch.Run($"{what} ({entries.Count})", entries, parallel,
            entry => PreparedMicrograph.Load(entry, preprocessing, threads / parallel), (_, image) => images.Add(image));
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
