using Microsoft.ML;
using Microsoft.ML.Runtime;
using Topaz.Calibration;
using Topaz.Compute;
using Topaz.Images;
using Topaz.Networks;
using Topaz.Search;
using Topaz.Training;

namespace Topaz.MLNet;

/// <summary>
/// Trains a convolutional network on micrographs of which some particles are labelled and nothing else is known, and scores micrographs with it.
/// </summary>
/// <remarks>
/// <para>T. Bepler et al., "Positive-unlabeled convolutional neural networks for particle picking in cryo-electron micrographs",
/// Nature Methods 16:1153, 2019. The default objective, GE-binomial, is equation 3 there.</para>
/// <para>All prepared micrographs are held in memory during training. What is fitted knows how they were prepared, so that it also takes
/// raw ones. Progress and metrics of each epoch go to <see cref="MLContext.Log"/>.</para>
/// </remarks>
public sealed class PositiveUnlabeledTrainer : PickingEstimator<MicrographScoringTransformer>
{
    private readonly Options _options;
    private readonly IHost _host;
    private readonly ulong _seed;

    internal PositiveUnlabeledTrainer(MLContext ml, Options options)
        : base(
            ml, new InputColumn(options.MicrographColumnName, ColumnKind.Micrograph),
            new InputColumn(options.LabelXColumnName, ColumnKind.Vector), new InputColumn(options.LabelYColumnName, ColumnKind.Vector))
    {
        Check(options);
        _options = options;
        _host = ((IHostEnvironment)ml).Register(nameof(PositiveUnlabeledTrainer));
        // Drawn once: fitting the same estimator twice gives the same network.
        _seed = options.Seed ?? (ulong)_host.Rand.Next();
    }

    private protected override IEstimator<ITransformer> Shape =>
        MicrographScoringEstimator.Chain(Context, [], _options.MicrographColumnName, _options.OutputColumnName);

    private protected override MicrographScoringTransformer Learn(IDataView input)
    {
        if (_options.ValidationSet is not null)
            CheckColumns(_options.ValidationSet.Schema);
        using IChannel channel = _host.Start("Training");
        IComputeBackend backend = BackendChoice.Of(Context, _options.NumberOfThreads);
        LabelledMicrographs train = Read(input, wanted: null, "training", channel);
        LabelledMicrographs? validation = _options.ValidationSet is { } set ? Read(set, train.Preprocessing, "validation", channel) : null;
        TrainingOptions options = _options.ToTraining(train.Preprocessing, _seed);
        var data = new TrainingData(train.Micrographs, train.Labels, validation?.Micrographs, validation?.Labels);
        if (_options.UpdatesPerEpoch is null)
            options = options with { UpdatesPerEpoch = TrainingBudget.UpdatesPerEpoch(data, options.Epochs, _options.InitialModel) };
        if (options is { Pi: null, ExpectedParticles: null } && options.Objective != ObjectiveKind.PN)
        {
            options = _options.Files?.ResumedPi() is { } known
                ? options with { Pi = known }
                : options with { ExpectedParticles = EstimateCount(backend, data, options, channel) };
        }

        var session = new TrainingSession(backend, data, options, _options.InitialModel);
        TrainingResult result = session.Run(_options.Files, new TrainingLog(channel, session, options), _options.CancellationToken);
        if (!result.Completed)
        {
            throw new OperationCanceledException(
                $"Training was cancelled after {result.Updates} of {options.PlannedUpdates} updates.", _options.CancellationToken);
        }

        PickerModel model = ModelThresholds.Estimate(backend, result.Model, data, options, session.ExpectedParticles, _options.CancellationToken);
        // Under the last epoch's name there is always the model to use, whichever epoch was best.
        if (_options.Files?.Model(options.Epochs) is { } path)
            ModelFile.Save(path, model);
        return MicrographScoringTransformer.Create(
            Context, model, _options.MicrographColumnName, _options.OutputColumnName, input, result.Curve);
    }

    private double EstimateCount(IComputeBackend backend, TrainingData data, TrainingOptions options, IChannel channel)
    {
        PickPrecision found = Pilot.Require(backend, data, options, _options.InitialModel, progress: null, _options.CancellationToken);
        channel.Info(MessageSensitivity.None, FormattableString.Invariant(
            $"About {found.ParticlesPerMicrograph:0} particles on a micrograph ({found.Low:0} to {found.High:0}), estimated from the labels."));
        return found.ParticlesPerMicrograph;
    }

    private LabelledMicrographs Read(IDataView data, Preprocessing? wanted, string what, IChannel channel)
    {
        LabelledMicrographs read = LabelledMicrographs.Read(
            data, _options.MicrographColumnName, _options.LabelXColumnName, _options.LabelYColumnName, wanted, cancellation: _options.CancellationToken);
        read.WarnOfOutside(channel, what);
        return read;
    }

    /// <summary>What can be known before the data are read, for that may take minutes.</summary>
    private static void Check(Options options)
    {
        if (options.NumberOfThreads < 0)
            throw new ArgumentOutOfRangeException(nameof(options), options.NumberOfThreads, "The number of threads must be 0, for one per core, or larger.");
        try
        {
            options.ToTraining(Preprocessing.None, seed: 0).Validate();
            ArchitectureFactory.Create(options.Architecture);
            // π of an expected number of particles follows from the micrographs; until then any will do.
            ObjectiveFactory.Create(options.Objective, options.Pi ?? 0.5, observed: 0, options.Slack);
        }
        catch (TopazException failure)
        {
            throw new ArgumentException(failure.Message, nameof(options), failure);
        }
    }

    /// <summary>What to train, and how. The defaults suit small data and the user who reads nothing.</summary>
    public sealed class Options
    {
        /// <summary>Column of <see cref="MicrographDataViewType"/> to learn from and to score.</summary>
        public string MicrographColumnName { get; set; } = PickingColumns.Micrograph;

        /// <summary>Vector of Single: x of the labels, in pixels of the raw micrograph.</summary>
        public string LabelXColumnName { get; set; } = PickingColumns.LabelX;

        /// <summary>Vector of Single: y of the labels, in pixels of the raw micrograph.</summary>
        public string LabelYColumnName { get; set; } = PickingColumns.LabelY;

        /// <summary>Column of <see cref="MicrographDataViewType"/> to write: the map of log-odds.</summary>
        public string OutputColumnName { get; set; } = PickingColumns.ScoreMap;

        /// <inheritdoc cref="TrainingOptions.Architecture"/>
        public ArchitectureOptions Architecture { get; set; } = new();

        /// <inheritdoc cref="TrainingOptions.Objective"/>
        public ObjectiveKind Objective { get; set; } = ObjectiveKind.GeBinomial;

        /// <summary>π, the expected fraction of positive pixels; null to compute it from <see cref="ExpectedParticles"/>.</summary>
        public double? Pi { get; set; }

        /// <summary>
        /// Expected number of particles on a micrograph, labelled or not; null to estimate it from the labels by training small networks first. Not used where
        /// <see cref="Pi"/> is given.
        /// </summary>
        public double? ExpectedParticles { get; set; }

        /// <inheritdoc cref="TrainingOptions.Radius"/>
        public int Radius { get; set; } = 3;

        /// <inheritdoc cref="TrainingOptions.Slack"/>
        public double? Slack { get; set; }

        /// <inheritdoc cref="TrainingOptions.AutoencoderWeight"/>
        public double? AutoencoderWeight { get; set; } = 0;

        /// <inheritdoc cref="TrainingOptions.MinibatchSize"/>
        public int MinibatchSize { get; set; } = 256;

        /// <inheritdoc cref="TrainingOptions.PositiveShare"/>
        public double PositiveShare { get; set; } = 0.0625;

        /// <inheritdoc cref="TrainingOptions.NaturalSampling"/>
        public bool NaturalSampling { get; set; }

        /// <inheritdoc cref="TrainingOptions.Augment"/>
        public bool Augment { get; set; } = true;

        /// <inheritdoc cref="TrainingOptions.LearningRate"/>
        public double? LearningRate { get; set; }

        /// <inheritdoc cref="TrainingOptions.LearningRateSchedule"/>
        public LearningRateSchedule LearningRateSchedule { get; set; } = LearningRateSchedule.OneCycle;

        /// <summary>λ of the L2 term on features and classifier.</summary>
        public double L2Regularization { get; set; }

        /// <summary>Epochs; each ends with validation, if there is a validation set.</summary>
        public int NumberOfEpochs { get; set; } = 10;

        /// <summary>Weight updates in an epoch; null for so many that training suits the number of labels and the start: 200 to 1,000 in all epochs, which takes minutes on a CPU.</summary>
        public int? UpdatesPerEpoch { get; set; }

        /// <summary>With a validation set: after how many epochs without a better one training ends; null for never. The best epoch is kept anyway.</summary>
        public int? Patience { get; set; } = 5;

        /// <summary>Seed of all random draws; null to draw it from the <see cref="MLContext"/>, which repeats itself if that has a seed.</summary>
        public ulong? Seed { get; set; }

        /// <summary>Threads to use; 0 for one per core. The result does not depend on it.</summary>
        public int NumberOfThreads { get; set; }

        /// <summary>
        /// Micrographs with labels on which the network is validated after each epoch, with the same columns as the training
        /// data; raw ones are prepared as those were. Null for none.
        /// </summary>
        public IDataView? ValidationSet { get; set; }

        /// <summary>A model of the same architecture to start from; null for random weights.</summary>
        public PickerModel? InitialModel { get; set; }

        /// <summary>Where to leave a model and a checkpoint after each epoch, and the training curve; null for nowhere.</summary>
        public TrainingFiles? Files { get; set; }

        /// <summary>Stops training after the current update; fitting then throws <see cref="OperationCanceledException"/>.</summary>
        public CancellationToken CancellationToken { get; set; }

        /// <summary>
        /// The same options with those that a search chooses, so that the space of <see cref="ParticlePickingCatalog.Search"/> can drive other searches, such as AutoML's.
        /// </summary>
        /// <param name="chosen">Settings by the names in <see cref="PickingSpace"/>; the downsampling is not this trainer's business.</param>
        /// <param name="particleRadius">Radius of the particle, in pixels of the prepared micrograph.</param>
        /// <exception cref="ArgumentException">A setting is missing, or the expected number of particles is not given.</exception>
        public Options With(TrialParameters chosen, double particleRadius)
        {
            ArgumentNullException.ThrowIfNull(chosen);
            if (ExpectedParticles is not { } expected)
                throw new ArgumentException("A search chooses multiples of the expected number of particles; set ExpectedParticles.", nameof(chosen));
            var prepared = new Preprocessing(chosen.Number(PickingSpace.Downsampling), Normalization.None);
            TrainingOptions training = PickingSpace.Apply(ToTraining(prepared, seed: 0) with { ParticleRadius = particleRadius }, chosen, expected);
            var options = (Options)MemberwiseClone();
            (options.Architecture, options.Objective, options.Pi, options.ExpectedParticles) = (training.Architecture, training.Objective, training.Pi, training.ExpectedParticles);
            (options.Radius, options.LearningRate, options.Slack, options.AutoencoderWeight, options.Augment) =
                (training.Radius, training.LearningRate, training.Slack, training.AutoencoderWeight, training.Augment);
            return options;
        }

        internal TrainingOptions ToTraining(Preprocessing preprocessing, ulong seed) => new()
        {
            Architecture = Architecture,
            Preprocessing = preprocessing,
            Objective = Objective,
            Pi = Pi,
            ExpectedParticles = ExpectedParticles,
            Radius = Radius,
            Slack = Slack,
            AutoencoderWeight = AutoencoderWeight,
            MinibatchSize = MinibatchSize,
            PositiveShare = PositiveShare,
            NaturalSampling = NaturalSampling,
            Augment = Augment,
            LearningRate = LearningRate,
            LearningRateSchedule = LearningRateSchedule,
            L2 = L2Regularization,
            Epochs = NumberOfEpochs,
            // Learn replaces the 1 by what suits the data.
            UpdatesPerEpoch = UpdatesPerEpoch ?? 1,
            Patience = Patience,
            Seed = seed,
        };
    }
}
