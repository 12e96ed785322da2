using Topaz.Compute;
using Topaz.Images;

namespace Topaz.Training;

/// <summary>
/// Draws minibatches: first a fixed number of crops centred on labelled pixels, uniform over these; then crops from the rest,
/// uniform over micrographs, then over pixels. Natural sampling draws all crops in the second way, from labelled pixels and others
/// alike. Every draw depends on (seed, epoch, step, position) alone.
/// </summary>
public sealed class CropSampler
{
    private readonly LabeledPixels _pixels;
    private readonly bool[] _positive;
    private readonly ulong _seed;
    private readonly bool _augment, _natural, _unlabeledAnywhere;

    /// <summary>Prepares to draw.</summary>
    /// <param name="pixels">Where to draw from.</param>
    /// <param name="batch">Crops in a minibatch, at least 2.</param>
    /// <param name="positiveShare">Fraction of them that is labelled, rounded to at least one and not to all; null for natural sampling.</param>
    /// <param name="seed">Seed of all draws.</param>
    /// <param name="augment">Whether crops are rotated by a uniform angle and flipped with probability ½ each way.</param>
    /// <param name="unlabeledAnywhere">Whether the rest may lie in labelled discs as well, as PU assumes.</param>
    public CropSampler(
        LabeledPixels pixels, int batch, double? positiveShare, ulong seed, bool augment = true, bool unlabeledAnywhere = false)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 2);
        _pixels = pixels;
        (_seed, _augment, _natural, _unlabeledAnywhere) = (seed, augment, positiveShare is null, unlabeledAnywhere);
        _positive = new bool[batch];
        if (positiveShare is { } share)
            _positive.AsSpan(0, (int)Math.Clamp(Math.Round(batch * share), 1, batch - 1)).Fill(true);
    }

    /// <summary>Which crops of a minibatch are labelled: always the first ones; with natural sampling, those that happened to be
    /// among the crops drawn last.</summary>
    public ReadOnlySpan<bool> Positive => _positive;

    /// <summary>Draws one minibatch.</summary>
    /// <param name="epoch">Key of the draw.</param>
    /// <param name="step">Key of the draw.</param>
    /// <param name="crops">Receives as many crops as <see cref="Positive"/> has labels.</param>
    public void Draw(uint epoch, uint step, Span<Crop> crops)
    {
        for (int i = 0; i < _positive.Length; i++)
        {
            var random = new RandomStream(_seed, epoch, step, (uint)i);
            (int index, int pixel) = !_natural && _positive[i] ? DrawPositive(ref random) : DrawUnlabeled(ref random);
            if (_natural)
                _positive[i] = _pixels.Mask(index)[pixel];
            Micrograph micrograph = _pixels.Micrographs[index];
            var crop = new Crop(index, pixel / micrograph.Width, pixel % micrograph.Width);
            crops[i] = !_augment ? crop : crop with
            {
                Angle = (float)(2 * Math.PI * random.NextDouble()),
                FlipX = random.NextInt32(2) == 1,
                FlipY = random.NextInt32(2) == 1,
            };
        }
    }

    private (int Micrograph, int Pixel) DrawPositive(ref RandomStream random) =>
        _pixels.Positive((long)(random.NextDouble() * _pixels.PositiveCount));

    private (int Micrograph, int Pixel) DrawUnlabeled(ref RandomStream random)
    {
        int micrograph = random.NextInt32(_pixels.Micrographs.Count);
        ReadOnlySpan<bool> mask = _pixels.Mask(micrograph);
        int pixel;
        do
            pixel = random.NextInt32(mask.Length);
        while (mask[pixel] && !_natural && !_unlabeledAnywhere);
        return (micrograph, pixel);
    }
}
