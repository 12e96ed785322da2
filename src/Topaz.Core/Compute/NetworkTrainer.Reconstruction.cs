namespace Topaz.Compute;

/// <summary>The autoencoder's loss: the mean over the batch of the sum of squared differences to the centred crop.</summary>
internal sealed unsafe partial class NetworkTrainer
{
    private double ReconstructionError()
    {
        double sum = 0;
        ForEachReconstruction((sample, i, difference) => sum += (double)difference * difference);
        return sum / _batch;
    }

    private void ReconstructionGradient(double factor)
    {
        TrainingLayer last = _layers[^1];
        for (int i = 0; i < _batch; i++)
            new Span<float>(Gradient(last.Index + 1, i), (int)last.Size).Clear();
        ForEachReconstruction((sample, i, difference) =>
            Gradient(last.Index + 1, sample)[i * last.Channels] = (float)(factor * difference));
    }

    /// <summary>Visits each pixel of each sample's reconstruction with its difference to the centred crop.</summary>
    private void ForEachReconstruction(Action<int, int, float> visit)
    {
        TrainingLayer last = _layers[^1];
        int width = _architecture.Width, border = (width - last.Width) / 2;
        for (int sample = 0; sample < _batch; sample++)
        {
            float* crop = Crop(sample), reconstruction = Linear(last, sample);
            for (int i = 0; i < last.Width * last.Width; i++)
            {
                int at = (i / last.Width + border) * width + i % last.Width + border;
                visit(sample, i, reconstruction[i * last.Channels] - crop[at]);
            }
        }
    }
}
