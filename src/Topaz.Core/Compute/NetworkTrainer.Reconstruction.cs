namespace Topaz.Compute;

/// <summary>The autoencoder's loss: the mean over the batch of the sum of squared differences to the centred crop.</summary>
internal sealed unsafe partial class NetworkTrainer
{
    private double ReconstructionError()
    {
        Array.Clear(_sums);
        ForEachChunk((chunk, start, end, _) =>
        {
            for (int sample = start; sample < end; sample++)
                _sums[chunk * SumsPerChunk] += Reconstruct(sample, 0, null);
        });
        SumChunks(channels: 0);
        return _sums[0] / _batch;
    }

    private void ReconstructionGradient(double factor)
    {
        TrainingLayer last = _layers[^1];
        ForEachChunk((_, start, end, _) =>
        {
            for (int sample = start; sample < end; sample++)
            {
                float* gradient = Gradient(last.Index + 1, sample);
                new Span<float>(gradient, (int)last.Size).Clear();
                Reconstruct(sample, factor, gradient);
            }
        });
    }

    /// <summary>
    /// The sum of squared differences between a sample's reconstruction and its centred crop; with <paramref name="gradient"/>, also writes
    /// <paramref name="factor"/> times the differences there.
    /// </summary>
    private double Reconstruct(int sample, double factor, float* gradient)
    {
        TrainingLayer last = _layers[^1];
        int size = last.Layer.OutputWidth(last.InputWidth), width = _architecture.Width, border = (width - size) / 2;
        float* crop = Crop(sample) + border * (width + 1), reconstruction = Linear(last, sample);
        double sum = 0;
        for (int y = 0; y < size; y++)
        {
            for (int x = 0; x < size; x++)
            {
                nint place = last.PixelPlace(x, y);
                double difference = reconstruction[place] - crop[y * width + x];
                sum += difference * difference;
                if (gradient != null)
                    gradient[place] = (float)(factor * difference);
            }
        }

        return sum;
    }
}
