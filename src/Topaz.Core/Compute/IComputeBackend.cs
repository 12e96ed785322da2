using Topaz.Images;
using Topaz.Networks;

namespace Topaz.Compute;

/// <summary>Where networks run. Objectives, sampling and picking live elsewhere and know no backend.</summary>
public interface IComputeBackend
{
    /// <summary>Prepares a network for scoring whole micrographs.</summary>
    /// <exception cref="ComputeDeviceException">The device has too little memory or stopped working; what was made on it is of no more use.</exception>
    IScorer CreateScorer(PickerModel model);

    /// <summary>Prepares a network for training.</summary>
    /// <param name="architecture">The network, with its decoder if reconstruction is trained as well.</param>
    /// <param name="start">Weights, and Adam's moments if training goes on from a checkpoint.</param>
    /// <param name="micrographs">Normalised micrographs that crops refer to by index.</param>
    /// <param name="options">How to train.</param>
    /// <exception cref="ComputeDeviceException">The device has too little memory or stopped working; what was made on it is of no more use.</exception>
    INetworkTrainer CreateTrainer(
        Architecture architecture, TrainerState start, IReadOnlyList<Micrograph> micrographs, TrainerOptions options);
}

/// <summary>Scores micrographs with one network. One call at a time, from any thread; it takes the whole device.</summary>
public interface IScorer : IDisposable
{
    /// <summary>
    /// The dense score map: at every pixel the log-odds that a particle is centred there, the micrograph being padded with
    /// zeros by half the network's width.
    /// </summary>
    /// <param name="micrograph">A micrograph prepared as the model demands.</param>
    /// <param name="cancellation">Stops between tiles.</param>
    /// <returns>A map of the micrograph's size and name.</returns>
    /// <exception cref="ComputeDeviceException">The device has too little memory or stopped working; what was made on it is of no more use.</exception>
    Micrograph Score(Micrograph micrograph, CancellationToken cancellation = default);
}

/// <summary>
/// One network in training. The caller draws crops and computes the loss; the trainer turns crops into scores, the loss'
/// gradient into the weights' gradients, and these into a step of Adam. One call at a time, from any thread.
/// </summary>
public interface INetworkTrainer : IDisposable
{
    /// <summary>Scores a minibatch in training mode (batch statistics, dropout) and keeps what <see cref="Backward"/> needs.</summary>
    /// <param name="crops">At most <see cref="TrainerOptions.MaxBatch"/> crops.</param>
    /// <param name="noise">Key of this minibatch's dropout draws.</param>
    /// <exception cref="ArgumentException">No crops, or too many.</exception>
    /// <exception cref="ComputeDeviceException">The device has too little memory or stopped working; what was made on it is of no more use.</exception>
    BatchOutput Forward(IReadOnlyList<Crop> crops, ulong noise = 0);

    /// <summary>Computes all gradients of loss(scores) + weight · reconstruction error for the last <see cref="Forward"/>.</summary>
    /// <param name="lossGradient">dLoss/dScore of each crop.</param>
    /// <param name="reconstructionWeight">Weight γ of the reconstruction error; 0 without autoencoder.</param>
    /// <exception cref="ArgumentException">Not one gradient for each crop.</exception>
    /// <exception cref="ComputeDeviceException">The device has too little memory or stopped working; what was made on it is of no more use.</exception>
    void Backward(ReadOnlySpan<double> lossGradient, double reconstructionWeight = 0);

    /// <summary>One step of Adam with the gradients of the last <see cref="Backward"/>.</summary>
    void Step(double learningRate);

    /// <summary>A copy of weights and moments as they are now.</summary>
    TrainerState Capture();
}

/// <summary>What a minibatch gave.</summary>
/// <param name="Scores">Log-odds of each crop.</param>
/// <param name="ReconstructionError">Mean over the batch of the sum of squared differences; 0 without autoencoder.</param>
public readonly record struct BatchOutput(float[] Scores, double ReconstructionError);

/// <summary>
/// A square piece of a micrograph as wide as the network's receptive field, zero where it lies outside, as the network sees
/// it in training.
/// </summary>
/// <param name="Micrograph">Index of the micrograph.</param>
/// <param name="Row">Row y of its centre.</param>
/// <param name="Column">Column x of its centre.</param>
/// <param name="Angle">Rotation about the centre in radians; 0 copies pixels, other angles interpolate cubically.</param>
/// <param name="FlipX">Mirrored left to right, before the rotation.</param>
/// <param name="FlipY">Mirrored top to bottom, before the rotation.</param>
public readonly record struct Crop(
    int Micrograph, int Row, int Column, float Angle = 0, bool FlipX = false, bool FlipY = false);

/// <summary>How a network is trained.</summary>
public sealed record TrainerOptions
{
    /// <summary>Largest minibatch.</summary>
    public int MaxBatch { get; init; } = 256;

    /// <summary>λ of the L2 term, which adds λw to the gradients of features and classifier; 0 for none.</summary>
    public double L2 { get; init; }
}

/// <summary>All that a trainer needs to go on as if it had never stopped.</summary>
/// <param name="Weights">Parameters and running statistics, of the decoder too if there is one.</param>
/// <param name="FirstMoments">Adam's m by parameter name; null before the first step.</param>
/// <param name="SecondMoments">Adam's v by parameter name; null before the first step.</param>
/// <param name="Steps">Steps of Adam so far.</param>
public sealed record TrainerState(Weights Weights, Weights? FirstMoments = null, Weights? SecondMoments = null, long Steps = 0);
