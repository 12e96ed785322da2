using Topaz.Compute;
using Topaz.Images;
using Topaz.Networks;
using Topaz.Particles;
using Topaz.Picking;
using Topaz.Training;

namespace Topaz.Calibration;

/// <summary>Ranks labels on micrographs that the network was not trained on.</summary>
public static class HeldOutLabels
{
    // So low that everything is picked: ranks need all of it.
    private const float Everything = float.MinValue;

    /// <summary>All picks of a network, however bad.</summary>
    /// <param name="backend">Where the network runs.</param>
    /// <param name="model">The network.</param>
    /// <param name="micrographs">Prepared micrographs.</param>
    /// <param name="radius">Least distance between picks, in pixels.</param>
    /// <param name="cancellation">Stops between tiles.</param>
    public static ParticleTable Pick(
        IComputeBackend backend, PickerModel model, IEnumerable<Micrograph> micrographs, int radius, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(backend);
        ArgumentNullException.ThrowIfNull(micrographs);
        using IScorer scorer = backend.CreateScorer(model);
        var picks = new ParticleTable();
        foreach (Micrograph micrograph in micrographs)
            picks.Add(micrograph.Name, NonMaximumSuppression.Pick(scorer.Score(micrograph, cancellation), radius, Everything));
        return picks;
    }

    /// <summary>How many folds there are: no more than labelled micrographs, or the two halves of a single one.</summary>
    /// <param name="data">Micrographs and their labels.</param>
    /// <param name="folds">How many are wanted.</param>
    public static int FoldCount(TrainingData data, int folds)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Math.Min(folds, Math.Max(2, LabelledIn(data).Length));
    }

    /// <summary>
    /// Deals the labelled micrographs into folds; in turn each is kept from training and its labels are ranked. A single micrograph is cut into halves.
    /// </summary>
    /// <param name="data">Prepared micrographs and their labels; those without labels are not used.</param>
    /// <param name="folds">How many folds, at most as many as there are labelled micrographs.</param>
    /// <returns>For each fold what to train on, and as test what to rank.</returns>
    internal static IReadOnlyList<TrainingData> Folds(TrainingData data, int folds)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 2);
        (IReadOnlyList<Micrograph> micrographs, ParticleTable labels) = Labelled(data);
        folds = Math.Min(folds, micrographs.Count);
        return [.. Enumerable.Range(0, folds).Select(fold =>
        {
            Micrograph[] kept = [.. micrographs.Where((_, i) => i % folds != fold)], held = [.. micrographs.Where((_, i) => i % folds == fold)];
            return new TrainingData(
                kept, labels.Where(kept.Select(micrograph => micrograph.Name)), held, labels.Where(held.Select(micrograph => micrograph.Name)));
        })];
    }

    /// <summary>
    /// Deals the labelled micrographs into folds, trains in each, and ranks its picks of the micrographs that were kept from training. A single micrograph is cut into halves.
    /// </summary>
    /// <param name="backend">Where networks run.</param>
    /// <param name="data">Prepared micrographs and their labels; those without labels are not used.</param>
    /// <param name="folds">How many folds; there are <see cref="FoldCount"/>.</param>
    /// <param name="options">How to train.</param>
    /// <param name="start">A model to start from; null for random weights.</param>
    /// <param name="files">For each fold where to leave a checkpoint and from which to go on; null for none.</param>
    /// <param name="progress">Told of weight updates, in all folds.</param>
    /// <param name="cancellation">Stops after the current update.</param>
    /// <exception cref="TopazException">Data or options make no sense, or training diverged.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IReadOnlyList<RankedPicks> CrossFit(
        IComputeBackend backend, TrainingData data, int folds, TrainingOptions options, PickerModel? start = null,
        Func<int, TrainingFiles>? files = null, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        // All numbers are per micrograph, also those of halves.
        double share = LabelledIn(data).Length == 1 ? 0.5 : 1;
        options = options with { ExpectedParticles = options.ExpectedParticles * share };
        var ranked = new List<RankedPicks>();
        IReadOnlyList<TrainingData> parts = Folds(data, folds);
        long before = 0;
        for (int fold = 0; fold < parts.Count; fold++)
        {
            TrainingData part = parts[fold];
            // Test micrographs are ranked at the end; validating on them after each epoch would only take time.
            var session = new TrainingSession(backend, part with { TestMicrographs = null, TestParticles = null }, options, start);
            TrainingResult result = session.Run(files?.Invoke(fold), progress is null ? null : new Offset(progress, before), cancellation);
            cancellation.ThrowIfCancellationRequested();
            before += result.Updates;
            ranked.Add(RankedPicks.Of(Pick(backend, result.Model, part.TestMicrographs!, options.PickRadius, cancellation), part.TestParticles!, options.MatchRadius, share));
        }

        return ranked;
    }

    /// <summary>Labelled micrographs, evenly from the whole list.</summary>
    internal static Micrograph[] Some(IEnumerable<Micrograph> micrographs, ParticleTable labels, int most)
    {
        Micrograph[] labelled = [.. micrographs.Where(micrograph => labels[micrograph.Name].Count > 0)];
        return labelled.Length <= most ? labelled : [.. Enumerable.Range(0, most).Select(i => labelled[(int)((long)i * labelled.Length / most)])];
    }

    private static Micrograph[] LabelledIn(TrainingData data) => [.. data.Micrographs.Where(micrograph => data.Particles[micrograph.Name].Count > 0)];

    private static (IReadOnlyList<Micrograph> Micrographs, ParticleTable Labels) Labelled(TrainingData data)
    {
        Micrograph[] labelled = LabelledIn(data);
        return labelled.Length == 1 ? Halves(labelled[0], data.Particles[labelled[0].Name]) : (labelled, data.Particles);
    }

    private static (IReadOnlyList<Micrograph> Micrographs, ParticleTable Labels) Halves(Micrograph whole, IReadOnlyList<Particle> particles)
    {
        // Along the middle of the labels, so that each half has as many.
        int[] rows = [.. particles.Select(particle => (int)Math.Round(particle.Y)).Distinct().Order()];
        if (rows.Length < 2)
            throw new TopazException($"The labels of {whole.Name}, the only micrograph with labels, cannot be divided into two halves; label more, or another micrograph.");
        double middle = particles.Select(particle => particle.Y).Order().ElementAt(particles.Count / 2);
        int cut = Math.Clamp((int)Math.Round(middle), rows[0] + 1, Math.Min(rows[^1], whole.Height - 1));
        var labels = new ParticleTable();
        var halves = new List<Micrograph>();
        foreach ((string name, int top, int bottom) in new[] { ("top", 0, cut), ("bottom", cut, whole.Height) })
        {
            halves.Add(new Micrograph(
                name, whole.Width, bottom - top, whole.Pixels[(top * whole.Width)..(bottom * whole.Width)], whole.PixelSize));
            labels.Add(name, particles.Where(particle => Math.Round(particle.Y) >= top && Math.Round(particle.Y) < bottom).Select(particle => particle with { Y = particle.Y - top }));
        }

        return (halves, labels);
    }

    private sealed class Offset(IProgress<long> progress, long done) : IProgress<TrainingEvent>
    {
        public void Report(TrainingEvent value) => progress.Report(done + value.Updates);
    }
}
