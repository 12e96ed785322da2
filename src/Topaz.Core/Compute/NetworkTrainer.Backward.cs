using Topaz.Networks;

namespace Topaz.Compute;

/// <summary>The way back: gradients of all weights, from the last layer to the first.</summary>
internal sealed unsafe partial class NetworkTrainer
{
    public void Backward(ReadOnlySpan<double> lossGradient, double reconstructionWeight = 0)
    {
        if (lossGradient.Length != _batch)
            throw new ArgumentException($"The last minibatch had {_batch} crops, not {lossGradient.Length}.", nameof(lossGradient));
        // Chunks with samples write theirs.
        for (int chunk = 0; chunk < Chunks; chunk++)
        {
            if (SamplesOf(chunk).Start == SamplesOf(chunk).End)
                new Span<float>(ChunkGradient(chunk), (int)_layout.TrainedLength).Clear();
        }

        _gradient.Clear();
        TrainingLayer last = _layers[_classifier];
        for (int i = 0; i < _batch; i++)
            Gradient(last.Index + 1, i)[0] = (float)lossGradient[i];
        if (_architecture.Decoder.Count > 0)
            ReconstructionGradient(2 * reconstructionWeight / _batch);

        // A node read twice (by a skip, by the decoder) gets its gradient in two parts: the first is written, the second added.
        var written = new bool[_layers.Length + 1];
        for (int i = _layers.Length - 1; i >= 0; i--)
        {
            TrainingLayer layer = _layers[i];
            if (i == _classifier || i == _layers.Length - 1)
            {
                // The loss itself reads these; the gradients of all other outputs come from the layer after.
                Array.Clear(_sums);
                ForEachChunk((chunk, start, end, _) => PassActivation(layer, start, end - start, chunk));
            }

            BackwardVectors(layer);
            bool addInput = written[layer.Input], addSkip = layer.SkipInput > 0 && written[layer.SkipInput];
            ForEachChunk((chunk, start, end, scratch) =>
                BackwardChunk(layer, start, end, chunk, scratch, addInput, addSkip));
            written[layer.Input] = true;
            if (layer.SkipInput > 0)
                written[layer.SkipInput] = true;
        }

        SumKernelGradients();
    }

    /// <summary>
    /// Takes the gradient of a layer's output back through dropout and activation, and adds up what <see cref="BackwardVectors"/> needs.
    /// </summary>
    private void PassActivation(TrainingLayer layer, int first, int count, int chunk)
    {
        fixed (double* sums = &_sums[chunk * SumsPerChunk])
        {
            for (int sample = first; sample < first + count; sample++)
            {
                float* gradient = Gradient(layer.Index + 1, sample);
                Drop(layer, sample, View.Packed(gradient, layer.Width, layer.Width, layer.Channels));
                sums[2 * layer.Channels] += _kernels.ActivationGradient(
                    gradient, Linear(layer, sample), (long)layer.Width * layer.Width, layer.Channels,
                    layer.Scale, layer.Shift, layer.Slope, sums, sums + layer.Channels);
            }
        }
    }

    /// <summary>Gradients of bias, batch norm and slope, and what <see cref="BackwardChunk"/> needs to pass the batch norm.</summary>
    private void BackwardVectors(TrainingLayer layer)
    {
        SumChunks(layer.Channels);
        fixed (double* sums = _sums)
        {
            layer.BackwardVectors(
                sums, sums + layer.Channels, sums[2 * layer.Channels], (long)_batch * layer.Width * layer.Width,
                _parameters.Data, _gradient.Data);
        }

        Array.Clear(_sums);
    }

    /// <summary>
    /// Gradients of a layer's weights, and of what it read; where nothing else read that, on through the activation of the layer before,
    /// as long as the cache holds it.
    /// </summary>
    private void BackwardChunk(
        TrainingLayer layer, int start, int end, int chunk, TrainingScratch scratch, bool addInput, bool addSkip)
    {
        float* weightGradient = ChunkGradient(chunk);
        for (int first = start; first < end; first += layer.Group)
        {
            int count = Math.Min(layer.Group, end - first);
            ViewBatch outputs = WithMargins(scratch.Output, layer.Width, layer.Channels, layer.GradientMargin, count);
            for (int i = 0; i < count; i++)
                _kernels.NormGradient(Gradient(layer.Index + 1, first + i), Linear(layer, first + i), outputs[i], layer.P, layer.Q, layer.T);
            ViewBatch inputs = Nodes(layer.Input, first, count, scratch.Input, layer.InputMargin);
            ViewBatch inputGradients = layer.Input == 0 ? default : new ViewBatch(
                View.Packed(Gradient(layer.Input, first), layer.InputWidth, layer.InputWidth, inputs.First.Pixel), count, (nint)_layers[layer.Input - 1].Size);
            if (layer.Layer.Kind == LayerKind.MaxPool)
            {
                _kernels.MaxPoolGradient(inputs.First, Linear(layer, first), outputs.First, inputGradients.First, layer.Geometry, addInput);
            }
            else if (layer.Fast is { } fast)
            {
                if (!addInput)
                    new Span<float>(inputGradients.First.Data, count * (int)inputGradients.Step).Clear();
                _kernels.FastGradients(
                    inputs, layer.Layer.In, layer.IsFolded ? outputs.Folded() : outputs, inputGradients, layer.Backward,
                    scratch.PointGradients.Data, accumulate: first > start, fast, layer.Geometry, scratch.Fast.Data);
            }

            else
            {
                _kernels.WeightGradient(
                    inputs, layer.Layer.In, outputs, weightGradient + layer.WeightStart, layer.Geometry, layer.Transposed,
                    accumulate: first > start);
                if (layer.Input > 0 && layer.Transposed)
                    _kernels.Convolve(outputs, inputGradients, layer.Backward, layer.Geometry, addInput);
                else if (layer.Input > 0)
                    _kernels.Spread(outputs, inputGradients, layer.Backward, layer.Geometry, addInput);
            }

            for (int i = 0; layer.Layer.Skip is not null && i < count; i++)
                SkipGradients(layer, layer.Layer.Skip, first + i, outputs[i], weightGradient, accumulate: first + i > start, scratch, addSkip);
            // All others that read the same (a skip, the decoder) come later in the list, so they have added their part.
            if (layer.Input > 0 && layer.Input == layer.Index)
                PassActivation(_layers[layer.Index - 1], first, count, chunk);
        }

        if (layer.Fast is not null && start < end)
            layer.RestoreGradient(_kernels, scratch.PointGradients.Data, scratch.Arranged.Data, weightGradient + layer.WeightStart);
    }

    /// <summary>What the skip connection passes on, and the gradient of its projection.</summary>
    private void SkipGradients(
        TrainingLayer layer, SkipConnection skip, int sample, in View output, float* weightGradient, bool accumulate, TrainingScratch scratch,
        bool addSkip)
    {
        View skipped = Nodes(layer.SkipInput, sample, 1, scratch.Skip, 0)[0];
        View skipGradient = skipped with { Address = (nint)Gradient(layer.SkipInput, sample) };
        if (!addSkip)
            new Span<float>(skipGradient.Data, skipGradient.Pixels * skipGradient.Pixel).Clear();
        if (layer.ProjectionStart >= 0)
        {
            var geometry = new Geometry(1, skip.Stride);
            _kernels.WeightGradient(
                Cropped(skipped, skip.Border), layer.Layer.In, output, weightGradient + layer.ProjectionStart, geometry, transposed: false,
                accumulate);
            _kernels.Spread(output, Cropped(skipGradient, skip.Border), layer.ProjectionBackward, geometry, accumulate: true);
        }
        else
        {
            _kernels.SpreadStrided(output, skip.Stride, Cropped(skipGradient, skip.Border));
        }
    }

    private void SumKernelGradients()
    {
        foreach (TrainingLayer layer in _layers)
        {
            if (layer.WeightStart >= 0)
                Sum(layer.WeightStart, WeightLayout.Size(layer.Layer.Kernel, layer.Layer.In, layer.Layer.Out));
            if (layer.ProjectionStart >= 0)
                Sum(layer.ProjectionStart, WeightLayout.Size(1, layer.Layer.In, layer.Layer.Out));
        }

        void Sum(long start, long length) => ForEachPart(start, start + length, (first, count) =>
            _kernels.SumChunks(_chunkGradients.Data, _layout.TrainedLength, Chunks, _gradient.Data, first, count));
    }
}
