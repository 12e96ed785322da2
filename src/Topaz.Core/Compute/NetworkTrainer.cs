using Topaz.Images;
using Topaz.Networks;

namespace Topaz.Compute;

/// <summary>
/// Trains on the CPU. A layer keeps of each sample only its linear part z; the activated output is computed again from z
/// wherever it is read, which costs less than storing it. Samples form a fixed number of chunks, each summing its own
/// statistics and weight gradients, and the sums over chunks run in order: results do not depend on the number of threads.
/// </summary>
internal sealed unsafe partial class NetworkTrainer : INetworkTrainer
{
    private const int Chunks = 16;

    private readonly IReadOnlyList<Micrograph> _micrographs;
    private readonly TrainerOptions _options;
    private readonly Kernels _kernels;
    private readonly Workers _workers;
    private readonly Architecture _architecture;
    private readonly Weights _template;
    private readonly ParameterBuffer _layout;
    private readonly TrainingLayer[] _layers;
    private readonly int _classifier;
    private readonly NativeBuffer _parameters, _gradient, _chunkGradients, _first, _second, _crops;
    private readonly NativeBuffer[] _linear, _gradients;
    private readonly TrainingScratch[] _scratch;
    private readonly double[] _sums;
    private int _batch;
    private ulong _noise;
    private long _steps;

    public NetworkTrainer(
        Architecture architecture, TrainerState start, IReadOnlyList<Micrograph> micrographs, TrainerOptions options,
        Kernels kernels, Workers workers)
    {
        _architecture = architecture;
        _micrographs = micrographs;
        _options = options;
        _kernels = kernels;
        _workers = workers;
        _template = start.Weights;
        _layout = new ParameterBuffer(architecture);
        _classifier = architecture.Layers.Count - 1;
        _layers = Connect(architecture, _layout);

        _parameters = new NativeBuffer(_layout.Length);
        _gradient = new NativeBuffer(_layout.TrainedLength);
        _chunkGradients = new NativeBuffer(_layout.TrainedLength * Chunks);
        _first = new NativeBuffer(_layout.TrainedLength);
        _second = new NativeBuffer(_layout.TrainedLength);
        _layout.Import(start.Weights, _parameters.Data);
        if (start.FirstMoments is not null && start.SecondMoments is not null)
        {
            _layout.Import(start.FirstMoments, _first.Data);
            _layout.Import(start.SecondMoments, _second.Data);
        }

        _steps = start.Steps;
        int width = architecture.Width;
        _crops = new NativeBuffer((long)options.MaxBatch * width * width);
        _linear = [.. _layers.Select(layer => new NativeBuffer(options.MaxBatch * layer.Size))];
        _gradients = [.. _layers.Select(layer => new NativeBuffer(options.MaxBatch * layer.Size))];
        _scratch = [.. Enumerable.Range(0, workers.Count).Select(_ => new TrainingScratch(_layers, kernels.BlockWidth))];
        _sums = new double[Chunks * SumsPerChunk];
    }

    /// <summary>Two sums per channel, and one for the slope.</summary>
    private int SumsPerChunk => 2 * _layers.Max(layer => layer.Channels) + 1;

    public BatchOutput Forward(IReadOnlyList<Crop> crops, ulong noise = 0)
    {
        if (crops.Count == 0 || crops.Count > _options.MaxBatch)
            throw new ArgumentException($"A minibatch has 1 to {_options.MaxBatch} crops; this has {crops.Count}.", nameof(crops));
        _batch = crops.Count;
        _noise = noise;
        int width = _architecture.Width;
        _workers.Run(_layers.Length, (i, _) => _layers[i].Prepare(_parameters.Data, _kernels));
        foreach (TrainingLayer layer in _layers)
        {
            Array.Clear(_sums);
            ForEachChunk((chunk, start, end, scratch) =>
            {
                for (int sample = start; layer.Index == 0 && sample < end; sample++)
                    CropReader.Read(_micrographs[crops[sample].Micrograph], crops[sample], width, Crop(sample));
                for (int sample = start; sample < end; sample += layer.Group)
                    ForwardGroup(layer, sample, Math.Min(layer.Group, end - sample), chunk, scratch);
            });
            if (layer.GammaStart >= 0)
            {
                SumChunks(layer.Channels);
                fixed (double* sums = _sums)
                    layer.Normalize(sums, sums + layer.Channels, (long)_batch * layer.Width * layer.Width, _parameters.Data);
            }
        }

        var scores = new float[_batch];
        TrainingLayer last = _layers[_classifier];
        for (int i = 0; i < _batch; i++)
            scores[i] = Linear(last, i)[0] + last.Shift[0];
        return new BatchOutput(scores, _architecture.Decoder.Count == 0 ? 0 : ReconstructionError());
    }

    public void Step(double learningRate)
    {
        _steps++;
        AdamStep features = AdamStep.At(_steps, learningRate, _options.L2), decoder = AdamStep.At(_steps, learningRate, 0);
        ForEachPart(0, _layout.FeatureLength, (start, count) => Adam(start, count, features));
        ForEachPart(_layout.FeatureLength, _layout.TrainedLength, (start, count) => Adam(start, count, decoder));
    }

    public TrainerState Capture() => new(
        _layout.Export(_parameters.Data, _template, trainedOnly: false),
        _layout.Export(_first.Data, _template, trainedOnly: true),
        _layout.Export(_second.Data, _template, trainedOnly: true),
        _steps);

    /// <summary>The gradients of the last <see cref="Backward"/>, named as the weights.</summary>
    internal Weights CaptureGradients() => _layout.Export(_gradient.Data, _template, trainedOnly: true);

    public void Dispose()
    {
        foreach (IDisposable part in _layers)
            part.Dispose();
        foreach (IDisposable part in _scratch)
            part.Dispose();
        foreach (NativeBuffer buffer in _linear.Concat(_gradients))
            buffer.Dispose();
        foreach (NativeBuffer buffer in new[] { _parameters, _gradient, _chunkGradients, _first, _second, _crops })
            buffer.Dispose();
    }

    private static TrainingLayer[] Connect(Architecture architecture, ParameterBuffer layout)
    {
        var layers = new List<TrainingLayer>();
        int width = architecture.Width, node = 0;
        foreach (Layer layer in architecture.Layers)
        {
            layers.Add(new TrainingLayer(layer, node, node, layer.Skip is null ? -1 : node - 1, width, layout));
            width = layers[^1].Width;
            node++;
        }

        // The decoder starts from the features, which the classifier reads as well.
        int features = node - 1;
        width = 1;
        foreach (Layer layer in architecture.Decoder)
        {
            int input = layers.Count == architecture.Layers.Count ? features : layers.Count;
            layers.Add(new TrainingLayer(layer, layers.Count, input, -1, width, layout));
            width = layers[^1].Width;
        }

        return [.. layers];
    }

    private void ForwardGroup(TrainingLayer layer, int first, int count, int chunk, TrainingScratch scratch)
    {
        ViewBatch inputs = Nodes(layer.Input, first, count, scratch.Input, layer.InputMargin);
        var outputs = new ViewBatch(View.Packed(Linear(layer, first), layer.Width, layer.Width, layer.Channels), count, (nint)layer.Size);
        if (layer.Layer.Kind == LayerKind.MaxPool)
            _kernels.MaxPool(inputs.First, outputs.First, layer.Geometry);
        else if (layer.Fast is { } fast)
            _kernels.ConvolveFast(inputs, layer.IsFolded ? outputs.Folded() : outputs, layer.Forward, fast, layer.Geometry, default, scratch.Fast.Data);
        else if (layer.Transposed)
            _kernels.Spread(inputs, outputs, layer.Forward, layer.Geometry, accumulate: false);
        else
            _kernels.Convolve(inputs, outputs, layer.Forward, layer.Geometry, accumulate: false);

        for (int i = 0; i < outputs.Count; i++)
            FinishSample(layer, first + i, outputs[i], chunk, scratch);
    }

    /// <summary>Adds what the skip connection brings, and takes the moments for the batch norm.</summary>
    private void FinishSample(TrainingLayer layer, int sample, in View output, int chunk, TrainingScratch scratch)
    {
        if (layer.Layer.Skip is { } skip)
        {
            View skipped = Cropped(Nodes(layer.SkipInput, sample, 1, scratch.Skip, 0)[0], skip.Border);
            if (layer.ProjectionStart >= 0)
                _kernels.Convolve(skipped, output, layer.ProjectionForward, new Geometry(1, skip.Stride), accumulate: true);
            else
                _kernels.AddStrided(skipped, skip.Stride, output);
        }

        if (layer.GammaStart >= 0)
        {
            fixed (double* sums = &_sums[chunk * SumsPerChunk])
                _kernels.Moments(output.Data, output.Pixels, layer.Channels, sums, sums + layer.Channels);
        }
    }

    /// <summary>A node's values for some samples: the crops themselves, or a layer's activated outputs, computed from their linear parts.</summary>
    private ViewBatch Nodes(int node, int first, int count, NativeBuffer buffer, int margin)
    {
        int width = _architecture.Width;
        if (node == 0)
            return new ViewBatch(View.Packed(Crop(first), width, width, 1), count, (nint)width * width);
        TrainingLayer layer = _layers[node - 1];
        ViewBatch views = WithMargins(buffer, layer.Width, layer.Channels, margin, count);
        for (int i = 0; i < count; i++)
        {
            _kernels.Activate(Linear(layer, first + i), views[i], layer.Scale, layer.Shift, layer.Slope);
            Drop(layer, first + i, views[i]);
        }

        return views;
    }

    /// <summary>Dropout: the same draws whenever the same layer's output of the same sample is computed again.</summary>
    private void Drop(TrainingLayer layer, int sample, in View view)
    {
        double probability = layer.Layer.Dropout;
        if (probability == 0)
            return;
        var random = new RandomStream(_noise, (uint)layer.Index, (uint)sample);
        var threshold = (uint)(probability * uint.MaxValue);
        float scale = (float)(1 / (1 - probability));
        for (int y = 0; y < view.Height; y++)
        {
            float* row = view.At(0, y);
            for (int i = 0; i < view.Width * view.Pixel; i++)
                row[i] = random.NextUInt32() < threshold ? 0 : row[i] * scale;
        }
    }

    private void ForEachChunk(Action<int, int, int, TrainingScratch> work)
    {
        _workers.Run(Chunks, (chunk, worker) =>
        {
            (int start, int end) = SamplesOf(chunk);
            work(chunk, start, end, _scratch[worker]);
        });
    }

    private (int Start, int End) SamplesOf(int chunk)
    {
        int perChunk = (_batch + Chunks - 1) / Chunks;
        return (Math.Min(chunk * perChunk, _batch), Math.Min((chunk + 1) * perChunk, _batch));
    }

    /// <summary>Adds the sums of all chunks to those of the first.</summary>
    private void SumChunks(int channels)
    {
        for (int chunk = 1; chunk < Chunks; chunk++)
        {
            for (int i = 0; i <= 2 * channels; i++)
                _sums[i] += _sums[chunk * SumsPerChunk + i];
        }
    }

    private void Adam(long start, long count, AdamStep step) => _kernels.Adam(
        _parameters.Data + start, _gradient.Data + start, _first.Data + start, _second.Data + start, count, step);

    /// <summary>Spreads a range of parameters over the workers.</summary>
    private void ForEachPart(long start, long end, Action<long, long> work)
    {
        const long Part = 1 << 14;
        _workers.Run(
            (int)((end - start + Part - 1) / Part), (part, _) => work(start + part * Part, Math.Min(Part, end - start - part * Part)));
    }

    private float* ChunkGradient(int chunk) => _chunkGradients.Data + chunk * _layout.TrainedLength;

    private float* Crop(int sample) => _crops.Data + (long)sample * _architecture.Width * _architecture.Width;

    private float* Linear(TrainingLayer layer, int sample) => _linear[layer.Index].Data + sample * layer.Size;

    private float* Gradient(int node, int sample) => _gradients[node - 1].Data + sample * _layers[node - 1].Size;

    private static View Cropped(in View view, int border) => view with
    {
        Address = (nint)view.At(border, border),
        Width = view.Width - 2 * border,
        Height = view.Height - 2 * border,
    };

    /// <summary>Square views in scratch memory, whose margins are set to zero.</summary>
    private static ViewBatch WithMargins(NativeBuffer buffer, int width, int channels, int margin, int count)
    {
        View first = View.WithMargins(buffer.Data, width, width, channels, margin);
        var views = new ViewBatch(first, count, (nint)View.Size(width, width, channels, margin));
        for (int i = 0; margin > 0 && i < count; i++)
        {
            View view = views[i];
            var across = (int)view.Row * margin;
            new Span<float>(view.At(-margin, -margin), across).Clear();
            new Span<float>(view.At(-margin, width), across).Clear();
            for (int y = 0; y < width; y++)
            {
                new Span<float>(view.At(-margin, y), margin * channels).Clear();
                new Span<float>(view.At(width, y), margin * channels).Clear();
            }
        }

        return views;
    }
}
