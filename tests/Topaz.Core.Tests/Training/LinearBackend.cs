using Topaz.Compute;
using Topaz.Images;
using Topaz.Networks;

namespace Topaz.Tests;

/// <summary>
/// The smallest backend that learns: score = w₀ · pixel + w₁ · sin(angle) / 100 + bias, with w from the classifier's weights.
/// The angle makes it depend on every draw; Adam as published.
/// </summary>
internal sealed class LinearBackend : IComputeBackend
{
    public Action<long>? BeforeStep { get; init; }

    public double? LastReconstructionWeight { get; private set; }

    public IScorer CreateScorer(PickerModel model) => new Scorer(model.Weights);

    public INetworkTrainer CreateTrainer(
        Architecture architecture, TrainerState start, IReadOnlyList<Micrograph> micrographs, TrainerOptions options) =>
        new Trainer(this, start, micrographs);

    private static float Score(Weights weights, float pixel, float angle) =>
        weights["classifier.weight"].Data[0] * pixel
        + weights["classifier.weight"].Data[1] * MathF.Sin(angle) / 100 + weights["classifier.bias"].Data[0];

    private sealed class Scorer(Weights weights) : IScorer
    {
        public Micrograph Score(Micrograph micrograph, CancellationToken cancellation = default)
        {
            cancellation.ThrowIfCancellationRequested();
            float[] scores = [.. micrograph.Pixels.Select(pixel => LinearBackend.Score(weights, pixel, 0))];
            return new Micrograph(micrograph.Name, micrograph.Width, micrograph.Height, scores);
        }

        public void Dispose()
        {
        }
    }

    private sealed class Trainer : INetworkTrainer
    {
        private static readonly string[] Trained = ["classifier.weight", "classifier.bias"];

        private readonly LinearBackend _owner;
        private readonly IReadOnlyList<Micrograph> _micrographs;
        private readonly Weights _weights, _first, _second;
        private readonly Dictionary<string, double[]> _gradients = [];
        private Crop[] _crops = [];
        private long _steps;

        public Trainer(LinearBackend owner, TrainerState start, IReadOnlyList<Micrograph> micrographs)
        {
            (_owner, _micrographs, _steps) = (owner, micrographs, start.Steps);
            _weights = start.Weights.Copy();
            _first = start.FirstMoments?.Copy() ?? Zeros();
            _second = start.SecondMoments?.Copy() ?? Zeros();
        }

        public BatchOutput Forward(IReadOnlyList<Crop> crops, ulong noise = 0)
        {
            _crops = [.. crops];
            float jitter = noise % 1024 / 1e6f;
            return new BatchOutput([.. _crops.Select(crop => Score(_weights, Pixel(crop), crop.Angle) + jitter)], 100);
        }

        public void Backward(ReadOnlySpan<double> lossGradient, double reconstructionWeight = 0)
        {
            _owner.LastReconstructionWeight = reconstructionWeight;
            var weight = new double[_weights["classifier.weight"].Data.Length];
            double bias = 0;
            for (int i = 0; i < _crops.Length; i++)
            {
                weight[0] += lossGradient[i] * Pixel(_crops[i]);
                weight[1] += lossGradient[i] * Math.Sin(_crops[i].Angle) / 100;
                bias += lossGradient[i];
            }

            _gradients["classifier.weight"] = weight;
            _gradients["classifier.bias"] = [bias];
        }

        public void Step(double learningRate)
        {
            _owner.BeforeStep?.Invoke(_steps);
            _steps++;
            foreach (string name in Trained)
            {
                float[] w = _weights[name].Data, m = _first[name].Data, v = _second[name].Data;
                for (int i = 0; i < w.Length; i++)
                {
                    double g = _gradients[name][i];
                    m[i] = (float)(0.9 * m[i] + 0.1 * g);
                    v[i] = (float)(0.999 * v[i] + 0.001 * g * g);
                    double corrected = Math.Sqrt(v[i] / (1 - Math.Pow(0.999, _steps))) + 1e-8;
                    w[i] -= (float)(learningRate * m[i] / (1 - Math.Pow(0.9, _steps)) / corrected);
                }
            }
        }

        public TrainerState Capture() => new(_weights.Copy(), _first.Copy(), _second.Copy(), _steps);

        public void Dispose()
        {
        }

        private float Pixel(Crop crop) => _micrographs[crop.Micrograph][crop.Column, crop.Row];

        private Weights Zeros()
        {
            var zeros = new Weights();
            foreach (string name in Trained)
                zeros.Add(_weights[name] with { Data = new float[_weights[name].Data.Length] });
            return zeros;
        }
    }
}
