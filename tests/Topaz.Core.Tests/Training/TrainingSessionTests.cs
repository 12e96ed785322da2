using System.Globalization;
using Topaz.Compute;
using Topaz.Images;
using Topaz.Networks;
using Topaz.Particles;
using Topaz.Training;
using Xunit;

namespace Topaz.Tests;

public sealed class TrainingSessionTests : IDisposable
{
    private static readonly TrainingOptions Options = new()
    {
        Architecture = new ArchitectureOptions { Name = "conv31", Units = 1 },
        ExpectedParticles = 12,
        Radius = 2,
        MinibatchSize = 64,
        LearningRate = 0.05,
        Epochs = 3,
        UpdatesPerEpoch = 20,
        Seed = 11,
        AutoencoderWeight = 0,
    };

    /// <summary>A constant rate far too large jumps about.</summary>
    private static readonly TrainingOptions s_restless = Options with
    {
        Epochs = 8,
        UpdatesPerEpoch = 4,
        MinibatchSize = 16,
        LearningRate = 0.2,
        LearningRateSchedule = LearningRateSchedule.Constant,
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ObjectiveKind.GeBinomial)]
    [InlineData(ObjectiveKind.GeKl)]
    [InlineData(ObjectiveKind.PN)]
    [InlineData(ObjectiveKind.PU)]
    public void EveryObjectiveLearnsThatBrightPixelsAreParticles(ObjectiveKind objective)
    {
        TrainingResult result = Session(Options with { Objective = objective, UpdatesPerEpoch = 100, LearningRate = 0.1 }).Run();
        Assert.True(result.Completed);
        Assert.Equal(300, result.Updates);
        CurveRow[] tests = [.. result.Curve.Where(row => row.IsTest)];
        Assert.Equal([1, 2, 3], tests.Select(row => row.Epoch));
        Assert.Equal(300, result.Curve.Count(row => !row.IsTest));
        // Chance is the fraction of bright pixels, 0.07.
        Assert.InRange(tests[^1].Auprc, 0.8, 1);
        Assert.True(tests[^1].TruePositiveRate > 2 * tests[^1].FalsePositiveRate, tests[^1].ToString());
        Assert.Equal(result.Model.Training!.ValidationAuprc, tests[^1].Auprc);
        Assert.Equal(ObjectiveFactory.NameOf(objective), result.Model.Training.Objective);
    }

    [Fact]
    public void PiFollowsFromTheExpectedNumber()
    {
        TrainingSession session = Session(Options);
        Assert.Equal(12 * 13 / (48.0 * 48), session.Objective.Pi!.Value, 1e-12);
        Assert.Equal(0.2, Session(Options with { Pi = 0.2 }).Objective.Pi);
        Assert.Equal(ObjectiveKind.PN, Session(Options with { ExpectedParticles = 1 }).Objective.Kind);
    }

    [Fact]
    public void AutoencoderIsForFewLabels()
    {
        TrainingSession few = Session(Options with { AutoencoderWeight = null });
        Assert.Equal(10.0 / few.Labels, few.AutoencoderWeight);
        var backend = new LinearBackend();
        TrainingResult result = new TrainingSession(backend, Data(), Options with { AutoencoderWeight = null, Epochs = 1 }).Run(
            new TrainingFiles { Curve = _folder["curve.txt"] });
        Assert.Equal(10.0 / few.Labels, backend.LastReconstructionWeight);
        Assert.Empty(result.Model.Architecture.Decoder);
        Assert.Null(ParameterLayout.Mismatch(result.Model.Architecture, result.Model.Weights));
        Assert.Contains("recon_error", File.ReadLines(_folder["curve.txt"]).First(), StringComparison.Ordinal);
        Assert.Equal(0, Session(Options with { AutoencoderWeight = null }, labelsPerMicrograph: 130).AutoencoderWeight);
    }

    [Fact]
    public void CurveFileHasTheDocumentedColumns()
    {
        TrainingResult result = Session(Options).Run(new TrainingFiles { Curve = _folder["curve.txt"] });
        string[][] lines = [.. File.ReadAllLines(_folder["curve.txt"]).Select(line => line.Split('\t'))];
        Assert.Equal(
            ["epoch", "iter", "split", "loss", "ge_penalty", "precision", "adjusted_precision", "tpr", "fpr", "auprc"], lines[0]);
        Assert.Equal(1 + 60 + 3, lines.Length);
        Assert.Equal(["1", "1", "train"], lines[1][..3]);
        Assert.Equal("-", lines[1][9]);
        Assert.Equal(["1", "20", "test"], lines[21][..3]);
        Assert.Equal(["2", "21", "train"], lines[22][..3]);
        Assert.All(lines, cells => Assert.Equal(10, cells.Length));
        CurveRow row = result.Curve[0];
        Assert.Equal(row.Loss, float.Parse(lines[1][3], CultureInfo.InvariantCulture), 1e-5f * row.Loss);

        Session(Options with { Objective = ObjectiveKind.PN }).Run(new TrainingFiles { Curve = _folder["pn.txt"] });
        Assert.Equal("-", File.ReadLines(_folder["pn.txt"]).ElementAt(1).Split('\t')[4]);
    }

    [Fact]
    public void AModelPerEpochAndOneCheckpointAreWritten()
    {
        TrainingResult result = Session(Options).Run(new TrainingFiles { Prefix = _folder["m"] });
        Assert.Equal(["m.checkpoint", "m_epoch1.sav", "m_epoch2.sav", "m_epoch3.sav"], _folder.Files);
        PickerModel last = ModelFile.Load(_folder["m_epoch3.sav"]);
        ModelFileTests.AssertSame(result.Model.Weights, last.Weights);
        Assert.Equal(result.Model.Training, last.Training);
        Assert.Equal((3, 60), (last.Training!.Epoch, last.Training.Updates));
        Assert.Contains("checkpoint", Assert.Throws<TopazException>(() => ModelFile.Load(_folder["m.checkpoint"])).Message, StringComparison.Ordinal);
        Assert.Throws<TopazException>(() => CheckpointFile.Load(_folder["m_epoch3.sav"]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(20)]
    [InlineData(33)]
    [InlineData(59)]
    public void AStoppedRunResumesToTheSameBits(int stopAfter)
    {
        var whole = new TrainingFiles { Prefix = _folder["whole"], Curve = _folder["whole.txt"] };
        TrainingResult expected = Session(Options).Run(whole);

        var parts = new TrainingFiles { Prefix = _folder["parts"], Curve = _folder["parts.txt"], Resume = true };
        using var stop = new CancellationTokenSource();
        var backend = new LinearBackend { BeforeStep = step => Cancel(step + 1 >= stopAfter) };
        Cancel(stopAfter == 0);
        TrainingResult first = new TrainingSession(backend, Data(), Options).Run(parts, cancellation: stop.Token);
        Assert.False(first.Completed);
        Assert.Equal(stopAfter, first.Updates);

        AssertSameEnd(expected, Session(Options).Run(parts), whole, parts);

        void Cancel(bool now)
        {
            if (now)
                stop.Cancel();
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(20)]
    [InlineData(41)]
    public void AKilledRunResumesToTheSameBits(int killedIn)
    {
        var whole = new TrainingFiles { Prefix = _folder["whole"], Curve = _folder["whole.txt"] };
        TrainingResult expected = Session(Options).Run(whole);

        // An exception out of the backend leaves what SIGKILL leaves: the last checkpoint and a curve that is ahead of it.
        var parts = new TrainingFiles { Prefix = _folder["parts"], Curve = _folder["parts.txt"], Resume = true };
        var backend = new LinearBackend { BeforeStep = step => ThrowIf(step == killedIn) };
        Assert.Throws<InvalidOperationException>(() => new TrainingSession(backend, Data(), Options).Run(parts));
        AssertSameEnd(expected, Session(Options).Run(parts), whole, parts);
        // And once more, when there is nothing left to do.
        AssertSameEnd(expected, Session(Options).Run(parts), whole, parts);

        static void ThrowIf(bool now)
        {
            if (now)
                throw new InvalidOperationException();
        }
    }

    [Fact]
    public void TheBestEpochIsKept()
    {
        var files = new TrainingFiles { Prefix = _folder["m"] };
        TrainingResult result = Restless(s_restless).Run(files);
        CurveRow best = result.Curve.Where(row => row.IsTest).MaxBy(row => row.Auprc);
        Assert.NotEqual(8, best.Epoch);
        Assert.Equal((best.Epoch, best.Auprc), (result.Model.Training!.Epoch, (float)result.Model.Training.ValidationAuprc!));
        ModelFileTests.AssertSame(ModelFile.Load(files.Model(best.Epoch)!).Weights, result.Model.Weights);
        // Also when the run goes on behind it.
        var parts = new TrainingFiles { Prefix = _folder["parts"], Resume = true };
        Assert.False(Restless(s_restless).Run(parts with { LastEpoch = best.Epoch + 1 }).Completed);
        ModelFileTests.AssertSame(result.Model.Weights, Restless(s_restless).Run(parts).Model.Weights);
        // And when it was interrupted in the very next epoch.
        var cut = new TrainingFiles { Prefix = _folder["cut"], Resume = true };
        using var stop = new CancellationTokenSource();
        var recorder = new Recorder { AfterReport = happened => { if (happened.Updates == (long)best.Epoch * s_restless.UpdatesPerEpoch + 1) stop.Cancel(); } };
        Assert.False(Restless(s_restless).Run(cut, recorder, stop.Token).Completed);
        ModelFileTests.AssertSame(result.Model.Weights, Restless(s_restless).Run(cut).Model.Weights);
        // Without test micrographs there is no best one.
        var untested = new TrainingSession(new CpuBackend(), Data() with { TestMicrographs = null, TestParticles = null }, s_restless);
        Assert.Equal(8, untested.Run().Model.Training!.Epoch);
    }

    [Fact]
    public void ImpatienceEndsTraining()
    {
        TrainingOptions impatient = s_restless with { Epochs = 40, Patience = 2 };
        var files = new TrainingFiles { Prefix = _folder["m"] };
        TrainingResult result = Restless(impatient).Run(files);
        Assert.True(result.Completed);
        Assert.Equal(2, result.Updates / s_restless.UpdatesPerEpoch - result.Model.Training!.Epoch);
        Assert.True(CheckpointFile.Load(files.Checkpoint!).IsFinished);
        TrainingResult again = Restless(impatient).Run(files with { Resume = true });
        Assert.Equal(result.Updates, again.Updates);
        ModelFileTests.AssertSame(result.Model.Weights, again.Model.Weights);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void TheCpuEngineGivesTheSameBitsForAnyThreadsAndStops(int stopAfter)
    {
        TrainingOptions options = Options with
        {
            Architecture = new ArchitectureOptions { Name = "conv31", Units = 2, Dropout = 0.1, DecoderUnits = 1 },
            AutoencoderWeight = 0.01,
            MinibatchSize = 16,
            Epochs = 2,
            UpdatesPerEpoch = 4,
        };
        var whole = new TrainingFiles { Prefix = _folder["whole"], Curve = _folder["whole.txt"], Resume = true };
        var parts = new TrainingFiles { Prefix = _folder["parts"], Curve = _folder["parts.txt"], Resume = true };
        TrainingResult expected = new TrainingSession(new CpuBackend(threads: 1), Data(), options).Run(whole);
        using var stop = new CancellationTokenSource();
        var recorder = new Recorder { AfterReport = happened => Cancel(happened.Updates == stopAfter) };
        Assert.Equal(stopAfter, new TrainingSession(new CpuBackend(threads: 2), Data(), options).Run(parts, recorder, stop.Token).Updates);
        TrainingResult actual = new TrainingSession(new CpuBackend(threads: 2), Data(), options).Run(parts);

        Assert.True(actual.Completed);
        ModelFileTests.AssertSame(expected.Model.Weights, actual.Model.Weights);
        Assert.Equal(File.ReadAllBytes(whole.Checkpoint!), File.ReadAllBytes(parts.Checkpoint!));
        Assert.Equal(File.ReadAllText(whole.Curve!), File.ReadAllText(parts.Curve!));

        void Cancel(bool now)
        {
            if (now)
                stop.Cancel();
        }
    }

    [Fact]
    public void ResumingWithOtherSettingsNamesThem()
    {
        var files = new TrainingFiles { Prefix = _folder["m"], Resume = true };
        Session(Options).Run(files);
        byte[] before = File.ReadAllBytes(files.Checkpoint!);
        Assert.Contains("learning rate", Refusal(Options with { LearningRate = 0.01 }), StringComparison.Ordinal);
        Assert.Contains("seed was 11, now 12", Refusal(Options with { Seed = 12 }), StringComparison.Ordinal);
        Assert.Contains("units", Refusal(Options with { Architecture = new() { Name = "conv31", Units = 2 } }), StringComparison.Ordinal);
        Assert.Contains("labels", Assert.Throws<TopazException>(
            () => Session(Options with { Pi = Session(Options).Objective.Pi }, labelsPerMicrograph: 5).Run(files)).Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(files.Checkpoint!));

        string Refusal(TrainingOptions options) => Assert.Throws<TopazException>(() => Session(options).Run(files)).Message;
    }

    [Fact]
    public void AnUnfinishedRunIsNotDroppedForgettingToResume()
    {
        var files = new TrainingFiles { Prefix = _folder["m"] };
        using var stop = new CancellationTokenSource();
        var backend = new LinearBackend { BeforeStep = _ => stop.Cancel() };
        Assert.Equal(1, new TrainingSession(backend, Data(), Options).Run(files, cancellation: stop.Token).Updates);
        byte[] before = File.ReadAllBytes(files.Checkpoint!);
        Assert.Contains("resume it", Assert.Throws<TopazException>(() => Session(Options).Run(files)).Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(files.Checkpoint!));

        Session(Options).Run(files with { Resume = true });
        // What is finished may be done again.
        Assert.True(Session(Options).Run(files).Completed);
    }

    [Fact]
    public void EveryTruncatedCheckpointIsRefused()
    {
        var files = new TrainingFiles { Prefix = _folder["m"], Resume = true };
        Session(Options with { Epochs = 1, UpdatesPerEpoch = 2 }).Run(files);
        byte[] bytes = File.ReadAllBytes(files.Checkpoint!);
        Assert.Equal(3, CheckpointFile.Load(files.Checkpoint!).History.Count);
        for (int length = 0; length < bytes.Length; length += 13)
        {
            File.WriteAllBytes(_folder["short"], bytes.AsSpan(0, length));
            Assert.Throws<TopazException>(() => CheckpointFile.Load(_folder["short"]));
        }
    }

    [Fact]
    public void AFolderThatIsNotThereIsToldBeforeAnyUpdate()
    {
        var backend = new LinearBackend { BeforeStep = _ => Assert.Fail("an update was made") };
        var session = new TrainingSession(backend, Data(), Options);
        Assert.Throws<TopazException>(() => session.Run(new TrainingFiles { Prefix = _folder[Path.Combine("no", "m")] }));
        Assert.Throws<TopazException>(() => session.Run(new TrainingFiles { Curve = _folder[Path.Combine("no", "curve.txt")] }));
    }

    [Fact]
    public void DivergenceIsTold()
    {
        TrainingData data = Data();
        Array.Fill(data.Micrographs[0].Pixels, float.NaN);
        Assert.Contains("diverged", Assert.Throws<TopazException>(
            () => new TrainingSession(new LinearBackend(), data, Options).Run()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OptionsOutOfRangeAreRefused()
    {
        TrainingOptions[] bad =
        [
            Options with { Radius = -1 }, Options with { MinibatchSize = 1 }, Options with { PositiveShare = 1 },
            Options with { LearningRate = 0 }, Options with { LearningRate = double.NaN }, Options with { L2 = -1 },
            Options with { AutoencoderWeight = -1 }, Options with { Epochs = 0 }, Options with { Patience = 0 }, Options with { UpdatesPerEpoch = 0 },
            Options with { ExpectedParticles = 1000 }, Options with { ExpectedParticles = -2 }, Options with { Pi = 1.5 },
            Options with { ExpectedParticles = null }, Options with { Slack = -1 },
        ];
        Assert.All(bad, options => Assert.DoesNotContain('\n', Assert.Throws<TopazException>(() => Session(options)).Message));
        TrainingData data = Data();
        Assert.Throws<TopazException>(() => new TrainingSession(new LinearBackend(), data with { TestParticles = new ParticleTable() }, Options));
    }

    [Fact]
    public void AModelCanBeTheStart()
    {
        PickerModel model = Session(Options).Run().Model;
        TrainingOptions one = Options with { Epochs = 1, UpdatesPerEpoch = 1, LearningRate = 1e-9 };
        TrainingResult result = new TrainingSession(new LinearBackend(), Data(), one, model).Run();
        Assert.Equal(model.Weights["classifier.weight"].Data[0], result.Model.Weights["classifier.weight"].Data[0], 1e-6f);
        Assert.Throws<TopazException>(() => new TrainingSession(
            new LinearBackend(), Data(), one with { Architecture = new() { Name = "conv31", Units = 2 } }, model));
    }

    [Fact]
    public void ScheduleRisesAndSettles()
    {
        double[] rates = [.. Enumerable.Range(0, 400).Select(i => LearningRate.At(LearningRateSchedule.OneCycle, 1e-3, i, 400))];
        Assert.Equal(1e-3, rates.Max(), 1e-8);
        Assert.Equal(1e-3 / 40, rates[0], 1e-12);
        Assert.Equal(rates[..40].Order(), rates[..40]);
        Assert.Equal(rates[40..].OrderDescending(), rates[40..]);
        Assert.InRange(rates[^1], 1e-12, 1e-6);
        Assert.All(Enumerable.Range(0, 3), i => Assert.InRange(LearningRate.At(LearningRateSchedule.OneCycle, 1, i, 3), 1e-3, 1));
        Assert.Equal(0.2, LearningRate.At(LearningRateSchedule.Constant, 0.2, 399, 400));
    }

    [Fact]
    public void ProgressTellsEveryRow()
    {
        var progress = new Recorder();
        TrainingResult result = Session(Options).Run(progress: progress);
        Assert.Equal(result.Curve, progress.Events.Select(happened => happened.Row));
        Assert.Equal(60, progress.Events[^1].Updates);
    }

    private static void AssertSameEnd(TrainingResult expected, TrainingResult actual, TrainingFiles whole, TrainingFiles parts)
    {
        Assert.True(actual.Completed);
        ModelFileTests.AssertSame(expected.Model.Weights, actual.Model.Weights);
        Assert.Equal(expected.Curve, actual.Curve);
        Assert.Equal(File.ReadAllText(whole.Curve!), File.ReadAllText(parts.Curve!));
        Assert.Equal(File.ReadAllBytes(whole.Model(3)!), File.ReadAllBytes(parts.Model(3)!));
        Assert.Equal(File.ReadAllBytes(whole.Checkpoint!), File.ReadAllBytes(parts.Checkpoint!));
    }

    private static TrainingSession Restless(TrainingOptions options) => new(new CpuBackend(), Data(), options);

    private static TrainingSession Session(TrainingOptions options, int labelsPerMicrograph = 3) =>
        new(new LinearBackend(), Data(labelsPerMicrograph), options);

    /// <summary>Noise with 12 bright discs on each micrograph, a few of them labelled (all on the test micrograph).</summary>
    private static TrainingData Data(int labelsPerMicrograph = 3)
    {
        var random = new RandomStream(123);
        ParticleTable labels = new(), testLabels = new();
        List<Micrograph> micrographs = [];
        for (int index = 0; index < 3; index++)
        {
            string name = $"m{index}";
            var pixels = new float[48 * 48];
            for (int i = 0; i < pixels.Length; i++)
                pixels[i] = (float)random.NextGaussian();
            for (int particle = 0; particle < 12; particle++)
            {
                int x = 6 + particle % 4 * 12, y = 6 + particle / 4 * 16;
                foreach ((int dx, int dy) in DiscOffsets.Of(2))
                    pixels[(y + dy) * 48 + x + dx] += 4;
                if (index == 2)
                    testLabels.Add(name, new Particle(x, y));
                else if (particle < labelsPerMicrograph)
                    labels.Add(name, new Particle(x, y));
            }

            for (int extra = 12; extra < labelsPerMicrograph && index < 2; extra++)
                labels.Add(name, new Particle(6, 6));
            micrographs.Add(new Micrograph(name, 48, 48, pixels));
        }

        return new TrainingData(micrographs[..2], labels, micrographs[2..], testLabels);
    }

    private sealed class Recorder : IProgress<TrainingEvent>
    {
        public List<TrainingEvent> Events { get; } = [];

        public Action<TrainingEvent>? AfterReport { get; init; }

        public void Report(TrainingEvent value)
        {
            Events.Add(value);
            AfterReport?.Invoke(value);
        }
    }
}
