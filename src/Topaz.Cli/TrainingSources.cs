using Topaz.Particles;

namespace Topaz.Cli;

/// <summary>What to learn from and what to validate on, before any image is read.</summary>
/// <param name="Train">To learn from.</param>
/// <param name="Test">To validate on; null for nothing.</param>
internal sealed record TrainingSources(LabelledSource Train, LabelledSource? Test);

/// <summary>Micrographs that have labels, before they are read.</summary>
/// <param name="Images">The micrographs.</param>
/// <param name="Labels">Their labels, in pixels of the files.</param>
/// <param name="Targets">Where the labels come from, for messages.</param>
internal sealed record LabelledSource(IReadOnlyList<ImageEntry> Images, ParticleTable Labels, string Targets);
