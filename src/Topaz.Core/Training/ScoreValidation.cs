using Topaz.Compute;
using Topaz.Evaluation;
using Topaz.Images;
using Topaz.Particles;

namespace Topaz.Training;

/// <summary>
/// Validation on test micrographs by their dense score maps: soft metrics and AUPRC over all pixels, the loss as the mean over
/// minibatches sampled as in training, always the same ones, so that epochs can be compared.
/// </summary>
internal sealed class ScoreValidation
{
    // Key of the draws, apart from those of epochs, which count from 1, and of initial weights.
    private const uint Stream = uint.MaxValue - 1;
    private const int Batches = 32;

    private readonly LabeledPixels _pixels;
    private readonly ParticleTable _particles;
    private readonly int _radius, _batch;
    private readonly bool[] _positive;
    private readonly Crop[] _crops;

    public ScoreValidation(IReadOnlyList<Micrograph> micrographs, ParticleTable particles, TrainingOptions options)
    {
        (_particles, _radius) = (particles, options.Radius);
        _pixels = new LabeledPixels(micrographs, particles, options.Radius, "test");
        if (_pixels.PixelCount > Array.MaxLength)
        {
            throw new TopazException(
                $"The test micrographs hold {_pixels.PixelCount} pixels, more than the {Array.MaxLength} that can be ranked; test on fewer.");
        }

        var sampler = new CropSampler(
            _pixels, options.MinibatchSize, options.LabelledShare, options.Seed, augment: false, options.Objective == ObjectiveKind.PU);
        _batch = options.MinibatchSize;
        (_crops, _positive) = (new Crop[Batches * _batch], new bool[Batches * _batch]);
        for (int batch = 0; batch < Batches; batch++)
        {
            sampler.Draw(Stream, (uint)batch, _crops.AsSpan(batch * _batch, _batch));
            sampler.Positive.CopyTo(_positive.AsSpan(batch * _batch));
        }
    }

    /// <summary>Fraction of the test pixels that are labelled.</summary>
    public double ObservedFraction => _pixels.ObservedFraction;

    public (double Loss, double? Penalty, SoftMetrics Metrics, double Auprc) Evaluate(
        IScorer scorer, IObjective objective, CancellationToken cancellation)
    {
        var scores = new double[_crops.Length];
        var soft = new SoftMetrics.SoftCounts();
        double auprc = PixelAuprc.Compute(Maps(), _particles, _radius);

        double loss = 0;
        double? penalty = null;
        var gradient = new double[_batch];
        for (int batch = 0; batch < Batches; batch++)
        {
            ObjectiveValue value = objective.Evaluate(
                scores.AsSpan(batch * _batch, _batch), _positive.AsSpan(batch * _batch, _batch), gradient);
            loss += value.Loss / Batches;
            if (value.Penalty is { } ofBatch)
                penalty = (penalty ?? 0) + ofBatch / Batches;
        }

        return (loss, penalty, soft.Metrics, auprc);

        // One map after the other passes by; what is needed of it is taken on the way.
        IEnumerable<Micrograph> Maps()
        {
            for (int i = 0; i < _pixels.Micrographs.Count; i++)
            {
                Micrograph map = scorer.Score(_pixels.Micrographs[i], cancellation);
                for (int crop = 0; crop < _crops.Length; crop++)
                {
                    if (_crops[crop].Micrograph == i)
                        scores[crop] = map[_crops[crop].Column, _crops[crop].Row];
                }

                for (int pixel = 0; pixel < map.Pixels.Length; pixel++)
                    soft.Add(map.Pixels[pixel], _pixels.Mask(i)[pixel]);
                yield return map;
            }
        }
    }
}
