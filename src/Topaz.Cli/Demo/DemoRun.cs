using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Topaz.Cli.Terminal;
using Topaz.Compute;
using Topaz.Evaluation;
using Topaz.Images;
using Topaz.Networks;
using Topaz.Particles;
using Topaz.Picking;
using Topaz.Training;

namespace Topaz.Cli.Demo;

/// <summary>Learns, picks, evaluates, and shows.</summary>
internal sealed class DemoRun(
    DemoData data, string folder, double? scale, ulong seed, IComputeBackend device, int threads, VerbConsole console, CancellationToken cancellation)
{
    // Half the usual channels learn a few micrographs as well, in a third of the time.
    private const int Units = 16, Epochs = 4, UpdatesPerEpoch = 75;
    private const float Threshold = -6;

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly double _factor = scale ?? ParticleScale.DownsamplingFor(data.Radius);

    private readonly string _picks = Path.Combine(folder, "picks.txt"), _model = Path.Combine(folder, "model.sav"),
        _curve = Path.Combine(folder, "training.txt");

    public void Run()
    {
        var pictures = new DemoPictures(folder, data);
        string[] inputs = [data.Source, .. data.Split.TrainImages.Concat(data.Split.TestImages).Select(image => image.Path)];
        foreach (string path in (string[])[_picks, _model, _curve, .. pictures.Paths])
            OutputPath.RequireFile(path, inputs);

        var preprocessing = new Preprocessing(_factor, Normalization.Mixture);
        LabelledMicrographs train = Load("Preparing training micrographs", data.Split.TrainImages, data.Split.TrainParticles, preprocessing);
        LabelledMicrographs test = Load("Preparing test micrographs", data.Split.TestImages, data.Split.TestParticles, preprocessing);

        TrainingResult trained = Train(train, test, preprocessing);
        (ParticleTable picks, PickEvaluation ours) = Pick(trained.Model, test);
        PickEvaluation dog = DogPicker.Tune(train.Images, train.Labels, data.Radius / _factor, threads).Picker
            .Evaluate(test.Images, test.Labels, data.Radius / _factor, threads);

        ParticleFile.Write(_picks, picks);
        ModelFile.Save(_model, trained.Model);
        pictures.DrawCurves(trained, ours, dog);
        pictures.DrawOverlays(picks, ours.Curve);
        Report(ours, dog, pictures);
    }

    private LabelledMicrographs Load(string what, IReadOnlyList<ImageEntry> images, ParticleTable labels, Preprocessing preprocessing) =>
        LabelledMicrographs.Load(what, images, labels, data.Source, preprocessing, pixelSize: null, threads, console, cancellation);

    private TrainingResult Train(LabelledMicrographs train, LabelledMicrographs test, Preprocessing preprocessing)
    {
        var options = new TrainingOptions
        {
            Architecture = new ArchitectureOptions { Units = Units },
            Preprocessing = preprocessing,
            ParticleRadius = data.Radius / _factor,
            AutoencoderWeight = 0,
            Epochs = Epochs,
            UpdatesPerEpoch = UpdatesPerEpoch,
            Seed = seed,
        };
        var training = new TrainingData(train.Images, train.Labels, test.Images, test.Labels);
        options = options with { ExpectedParticles = data.Expected ?? TrainingRun.EstimateCount(device, training, options, start: null, console, cancellation) };
        var session = new TrainingSession(device, training, options);
        TrainingResult result = TrainingRun.Run(session, options, new TrainingFiles { Curve = _curve }, console, cancellation);
        cancellation.ThrowIfCancellationRequested();
        return result with { Model = TrainingRun.Calibrate(device, result.Model, training, options, options.ExpectedParticles, console, cancellation) };
    }

    private (ParticleTable Picks, PickEvaluation Evaluation) Pick(PickerModel model, LabelledMicrographs test)
    {
        using var picker = new Picker(model, [device], test.Images.Count, threads);
        int distance = ParticleScale.PickRadiusFor(data.Radius / _factor);
        ParticleTable picks = new(), labels = new();
        console.Track($"Picking {test.Images.Count} test micrographs", test.Images.Count, progress =>
        {
            foreach (Micrograph image in test.Images)
            {
                Micrograph map = picker.Score(image, cancellation);
                picks.Add(map.Name, NonMaximumSuppression.Pick(map, distance, Threshold).Select(map.ToRaw));
                // The labels inside the images, which are what the other picker is compared with as well.
                labels.Add(map.Name, test.Labels[map.Name].Select(map.ToRaw));
                progress.Report(picks.Micrographs.Count);
            }
        });
        return (picks, PickEvaluation.Evaluate(picks, labels, picks.Micrographs, data.Radius));
    }

    private void Report(PickEvaluation ours, PickEvaluation dog, DemoPictures pictures)
    {
        string Number(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
        console.Table(
            ["on test micrographs", "AUPRC", "best F1"],
            [
                ["Topaz", Number(ours.Curve.AveragePrecision), Number(ours.Curve.BestF1)],
                ["difference of Gaussians", Number(dog.Curve.AveragePrecision), Number(dog.Curve.BestF1)],
            ]);
        console.Summary(
            new JsonObject
            {
                ["auprc"] = ours.Curve.AveragePrecision,
                ["dog_auprc"] = dog.Curve.AveragePrecision,
                ["best_f1"] = ours.Curve.BestF1,
                ["labels"] = data.Split.TrainParticles.Count,
                ["seconds"] = Math.Round(_clock.Elapsed.TotalSeconds, 1),
                ["picks"] = _picks,
                ["model"] = _model,
                ["precision_recall"] = pictures.PrecisionRecall,
            },
            $"picks      {_picks}",
            $"model      {_model}",
            $"curves     {pictures.PrecisionRecall}, {pictures.Training}",
            $"pictures   {Path.Combine(pictures.Overlays, "*.png")}",
            $"Done in {Duration.Text(_clock.Elapsed)}. To pick more micrographs: topaz extract -m {_model} -t auto -o more.txt YOUR_MICROGRAPHS");
    }
}
