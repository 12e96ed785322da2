using System.Globalization;
using Topaz.Compute;
using Topaz.Networks;
using Topaz.Particles;

namespace Topaz.Training;

/// <summary>
/// Trains a picker. All draws follow from the seed, so the same data and options give the same weights, also when the run was
/// stopped in between and resumed.
/// </summary>
public sealed class TrainingSession
{
    private readonly IComputeBackend _backend;
    private readonly TrainingData _data;
    private readonly TrainingOptions _options;
    private readonly LabeledPixels _pixels;
    private readonly ScoreValidation? _validation;
    private readonly Architecture _architecture;
    private readonly PickerModel? _start;
    private readonly IReadOnlyDictionary<string, string> _settings;

    /// <summary>Checks data and options and decides what follows from them; nothing is computed or written yet.</summary>
    /// <param name="backend">Where the network runs.</param>
    /// <param name="data">Prepared micrographs and their labels.</param>
    /// <param name="options">How to train.</param>
    /// <param name="start">A model to start from; null for random weights.</param>
    /// <exception cref="TopazException">Data or options make no sense, or the model is of another architecture.</exception>
    public TrainingSession(IComputeBackend backend, TrainingData data, TrainingOptions options, PickerModel? start = null)
    {
        ArgumentNullException.ThrowIfNull(backend);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_backend, _data, _options, _start) = (backend, data, options, start);
        _pixels = new LabeledPixels(data.Micrographs, data.Particles, options.Radius);
        if (data.TestMicrographs is { Count: > 0 } test)
            _validation = new ScoreValidation(test, data.TestParticles ?? new ParticleTable(), options);

        double pixelsPerMicrograph = (double)_pixels.PixelCount / data.Micrographs.Count;
        double? pi = options.Pi ?? (options.ExpectedParticles is { } count ? PositiveFraction.FromCount(count, options.Radius, pixelsPerMicrograph) : null);
        ExpectedParticles = options.ExpectedParticles ?? (pi is { } fraction ? PositiveFraction.ToCount(fraction, options.Radius, pixelsPerMicrograph) : null);
        Objective = ObjectiveFactory.Create(options.Objective, pi, _pixels.ObservedFraction, options.Slack);
        AutoencoderWeight = options.AutoencoderWeightFor(Labels);
        _architecture = options.ArchitectureFor(Labels);
        if (start is not null && start.Architecture.WithoutDecoder().Options != _architecture.WithoutDecoder().Options)
        {
            throw new TopazException(
                $"The model to start from is a {start.Architecture.Options}, which differs from the {_architecture.WithoutDecoder().Options} to be trained.");
        }

        _settings = RunSettings.Of(options, data, Objective, AutoencoderWeight, start);
    }

    /// <summary>How many particles a micrograph holds, as far as the options tell it: themselves or by π; null if they do not.</summary>
    public double? ExpectedParticles { get; }

    /// <summary>Settings, micrographs, labels and start of a run in one short text, which is another for another run.</summary>
    public static string Fingerprint(TrainingOptions options, TrainingData data, PickerModel? start = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(data);
        return RunSettings.Fingerprint(options, data, start);
    }

    /// <summary>The objective that is minimised, with a note for the user if it is not the one asked for.</summary>
    public ObjectiveChoice Objective { get; }

    /// <summary>Weight γ of the reconstruction error; 0 without autoencoder.</summary>
    public double AutoencoderWeight { get; }

    /// <summary>Labelled particles on the training micrographs.</summary>
    public int Labels => _pixels.Labels;

    /// <summary>Fraction of the training pixels that are labelled.</summary>
    public double ObservedFraction => _pixels.ObservedFraction;

    /// <summary>What is about to be trained, in one line.</summary>
    public string Summary => string.Create(CultureInfo.InvariantCulture,
        $"{Labels} labels, {Objective.Name}{(Objective.Pi is { } pi ? string.Create(CultureInfo.InvariantCulture, $", π = {pi:0.0000}") : "")}, {_options.PlannedUpdates} updates of {_options.MinibatchSize} crops");

    /// <summary>
    /// Trains to the end, or until cancelled; then the state after the last update is saved. With test micrographs the model of the epoch with
    /// the greatest AUPRC is returned, and training ends early once <see cref="TrainingOptions.Patience"/> is over.
    /// </summary>
    /// <param name="files">What to write, and whether to go on from it; null to write nothing.</param>
    /// <param name="progress">Told of each row of the training curve, on this thread if it is so implemented.</param>
    /// <param name="cancellation">Stops after the current update.</param>
    /// <exception cref="TopazException">
    /// A file cannot be written, the checkpoint is of a run with other settings, or training diverged.
    /// </exception>
    public TrainingResult Run(
        TrainingFiles? files = null, IProgress<TrainingEvent>? progress = null, CancellationToken cancellation = default)
    {
        files ??= new TrainingFiles();
        int lastEpoch = files.LastEpoch ?? _options.Epochs;
        Checkpoint begin = Begin(files);
        long updates = begin.Updates;
        int closedEpochs = begin.ClosedEpochs;
        using INetworkTrainer trainer = _backend.CreateTrainer(
            _architecture, begin.State, _data.Micrographs, new TrainerOptions { MaxBatch = _options.MinibatchSize, L2 = _options.L2 });
        using var curve = new TrainingCurve(files.Curve, AutoencoderWeight > 0, begin.History);
        var sampler = new CropSampler(
            _pixels, _options.MinibatchSize, _options.LabelledShare, _options.Seed, _options.Augment, Objective.Kind == ObjectiveKind.PU);
        var batch = new Minibatch(_options.MinibatchSize);

        PickerModel? best = BestSoFar(files, begin);

        // The first one shows before any work that it can be written.
        Save(begin.State);
        while (true)
        {
            if (updates == (closedEpochs + 1L) * _options.UpdatesPerEpoch && !TryCloseEpoch())
                break;
            if (IsOver() || closedEpochs >= lastEpoch || cancellation.IsCancellationRequested)
                break;
            int epoch = EpochOf(updates);
            sampler.Draw((uint)epoch, (uint)(updates % _options.UpdatesPerEpoch), batch.Crops);
            Report(Update(trainer, batch, sampler.Positive, updates++, epoch));
        }

        TrainerState end = trainer.Capture();
        bool completed = IsOver();
        if (updates != (long)closedEpochs * _options.UpdatesPerEpoch)
            Save(end);
        // Between two epochs nothing is known of how good the state is.
        PickerModel model = best is not null && updates == (long)closedEpochs * _options.UpdatesPerEpoch ? best : Model(end, updates, float.NaN);
        return new TrainingResult(model, curve.Rows, updates, completed);

        bool IsOver() => closedEpochs == _options.Epochs || EarlyStopping.IsOver(curve.Rows, _options.Patience, closedEpochs);

        bool TryCloseEpoch()
        {
            TrainerState state = trainer.Capture();
            float auprc = float.NaN;
            try
            {
                if (_validation is not null)
                {
                    CurveRow row = Validate(Model(state, updates, auprc), updates, cancellation);
                    auprc = row.Auprc;
                    Report(row);
                }
            }
            catch (OperationCanceledException)
            {
                return false;
            }

            closedEpochs++;
            PickerModel model = Model(state, updates, auprc);
            if (EarlyStopping.BestEpoch(curve.Rows) is null || EarlyStopping.BestEpoch(curve.Rows) == closedEpochs)
                best = model;
            if (files.Model(closedEpochs) is { } path)
                ModelFile.Save(path, model);
            Save(state);
            return true;
        }

        void Save(TrainerState state)
        {
            if (files.Checkpoint is { } path)
                CheckpointFile.Save(path, new Checkpoint(_architecture, state, updates, closedEpochs, curve.Rows, _settings));
        }

        void Report(CurveRow row)
        {
            curve.Add(row);
            progress?.Report(new TrainingEvent(row, updates));
        }
    }

    /// <summary>The best model of the epochs before a run was resumed; the last state's where its file is gone.</summary>
    private PickerModel? BestSoFar(TrainingFiles files, Checkpoint begin)
    {
        if (begin.ClosedEpochs == 0)
            return null;
        bool isBetweenEpochs = begin.Updates == (long)begin.ClosedEpochs * _options.UpdatesPerEpoch;
        int? best = EarlyStopping.BestEpoch(begin.History);
        if (best is { } epoch && !(isBetweenEpochs && epoch == begin.ClosedEpochs) && files.Model(epoch) is { } path && File.Exists(path))
            return ModelFile.Load(path);
        float auprc = begin.History.LastOrDefault(row => row.IsTest, new CurveRow { Auprc = float.NaN }).Auprc;
        return isBetweenEpochs ? Model(begin.State, begin.Updates, auprc) : null;
    }

    private Checkpoint Begin(TrainingFiles files)
    {
        if (files.Checkpoint is { } path && File.Exists(path))
        {
            if (files.Resume)
                return Resumed(CheckpointFile.Load(path), path);
            RefuseToDrop(path);
        }

        Weights weights = WeightInitializer.Create(_architecture, _options.Seed);
        // An untrained network calls every other pixel a particle. Let it expect π from the start: otherwise the penalty of the
        // GE objectives spends the first hundreds of updates on pushing all scores down, and the features collapse with them.
        // Particle-level AUPRC after 300 updates (resnet8, u = 16): .777 without, .856 with it on EMPIAR-10028.
        if (Objective.Pi is { } pi)
            weights[_architecture.Layers[^1].Name + ".bias"].Data[0] = (float)Math.Log(pi / (1 - pi));
        foreach (Tensor tensor in _start?.Weights.Tensors ?? [])
        {
            if (weights.TryGet(tensor.Name, out Tensor? own))
                tensor.Data.CopyTo(own!.Data, 0);
        }

        return new Checkpoint(_architecture, new TrainerState(weights), 0, 0, [], _settings);
    }

    private Checkpoint Resumed(Checkpoint checkpoint, string path)
    {
        if (RunSettings.Difference(checkpoint.Settings, _settings) is { } difference)
            throw new TopazException($"{path}: the run to resume had other settings: {difference}; use the same, or start anew.");
        if (checkpoint.Architecture.Options != _architecture.Options)
            throw new TopazException($"{path}: the network in it is not the one to be trained; the file is damaged.");
        return checkpoint;
    }

    /// <summary>A checkpoint of an unfinished run is hours of work; only a resumed run may replace it.</summary>
    private static void RefuseToDrop(string path)
    {
        Checkpoint checkpoint;
        try
        {
            checkpoint = CheckpointFile.Load(path);
        }
        catch (TopazException)
        {
            // No one can go on from it.
            return;
        }

        if (checkpoint.Updates > 0 && !checkpoint.IsFinished)
        {
            throw new TopazException(
                $"{path}: keeps an unfinished run ({checkpoint.Updates} updates); resume it, choose another prefix, or delete the file.");
        }
    }

    private CurveRow Update(INetworkTrainer trainer, Minibatch batch, ReadOnlySpan<bool> positive, long update, int epoch)
    {
        // Dropout's draws stand behind those of the crops.
        var random = new RandomStream(_options.Seed, (uint)epoch, (uint)(update % _options.UpdatesPerEpoch), uint.MaxValue);
        BatchOutput output = trainer.Forward(batch.Crops, ((ulong)random.NextUInt32() << 32) | random.NextUInt32());
        for (int i = 0; i < batch.Scores.Length; i++)
            batch.Scores[i] = output.Scores[i];
        ObjectiveValue value = Objective.Objective.Evaluate(batch.Scores, positive, batch.Gradient);
        if (!double.IsFinite(value.Minimized + AutoencoderWeight * output.ReconstructionError))
        {
            throw new TopazException(
                $"Training diverged at update {update + 1}: the loss is not a number. Choose a smaller learning rate, and look for odd micrographs.");
        }

        trainer.Backward(batch.Gradient, AutoencoderWeight);
        trainer.Step(LearningRate.At(_options.LearningRateSchedule, _options.LearningRateFrom(_start is not null), update, _options.PlannedUpdates));
        var metrics = SoftMetrics.Of(batch.Scores, positive);
        return Row(
            update + 1, epoch, value.Loss, value.Penalty, AutoencoderWeight > 0 ? output.ReconstructionError : null, metrics, ObservedFraction);
    }

    private CurveRow Validate(PickerModel model, long updates, CancellationToken cancellation)
    {
        using IScorer scorer = _backend.CreateScorer(model);
        (double loss, double? penalty, SoftMetrics metrics, double auprc) = _validation!.Evaluate(scorer, Objective.Objective, cancellation);
        return Row(updates, EpochOf(updates - 1), loss, penalty, null, metrics, _validation.ObservedFraction) with
        {
            IsTest = true,
            Auprc = (float)auprc,
        };
    }

    private CurveRow Row(
        long updates, int epoch, double loss, double? penalty, double? reconstruction, SoftMetrics metrics, double observed) => new(
        epoch,
        (int)updates,
        IsTest: false,
        (float)loss,
        (float)(penalty ?? double.NaN),
        (float)(reconstruction ?? double.NaN),
        (float)metrics.Precision,
        (float)(metrics.Precision / (observed / (Objective.Pi ?? double.NaN))),
        (float)metrics.TruePositiveRate,
        (float)metrics.FalsePositiveRate,
        float.NaN);

    private PickerModel Model(TrainerState state, long updates, float auprc)
    {
        Architecture architecture = _architecture.WithoutDecoder();
        return new PickerModel(
            architecture,
            ParameterLayout.Select(architecture, state.Weights),
            _options.Preprocessing,
            new TrainingRecord
            {
                Objective = Objective.Name,
                Pi = Objective.Pi ?? 0,
                ExpectedParticles = ExpectedParticles,
                Radius = _options.Radius,
                ParticleRadius = _options.ParticleRadius,
                Labels = Labels,
                Epoch = updates == 0 ? 0 : EpochOf(updates - 1),
                Updates = updates,
                Seed = _options.Seed,
                ValidationAuprc = float.IsNaN(auprc) ? null : auprc,
            });
    }

    /// <summary>The epoch, counted from 1, to which an update, counted from 0, belongs.</summary>
    private int EpochOf(long update) => (int)(update / _options.UpdatesPerEpoch) + 1;

    /// <summary>The arrays of one minibatch, used again and again.</summary>
    private sealed class Minibatch(int size)
    {
        public Crop[] Crops { get; } = new Crop[size];

        public double[] Scores { get; } = new double[size];

        public double[] Gradient { get; } = new double[size];
    }
}
