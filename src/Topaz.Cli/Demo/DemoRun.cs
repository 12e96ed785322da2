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
    DemoData data, string folder, double? scale, ulong seed, int threads, VerbConsole console, CancellationToken cancellation)
{
    /// <summary>Radius that particles should have in prepared micrographs, in pixels: details are still seen, training is quick.</summary>
    private const double PreparedRadius = 8;
    // Half the usual channels learn a few micrographs as well, in a third of the time.
    private const int Units = 16, Epochs = 4, UpdatesPerEpoch = 75;
    private const float Threshold = -6;

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly double _factor = scale ?? Math.Max(1, Math.Round(data.Radius / PreparedRadius));

    public void Run()
    {
        var preprocessing = new Preprocessing(_factor, Normalization.Mixture);
        LabelledMicrographs train = Load("Preparing", data.Split.TrainImages, data.Split.TrainParticles, preprocessing);
        LabelledMicrographs test = Load("Preparing test", data.Split.TestImages, data.Split.TestParticles, preprocessing);

        TrainingResult trained = Train(train, test, preprocessing);
        (ParticleTable picks, PickEvaluation ours) = Pick(trained.Model, test);
        PickEvaluation dog = DogPicker.Tune(train.Images, train.Labels, data.Radius / _factor).Picker
            .Evaluate(test.Images, test.Labels, data.Radius / _factor);

        string picksPath = Write("picks.txt"), modelPath = Write("model.sav");
        ParticleFile.Write(picksPath, picks);
        float threshold = ours.Curve.BestF1Threshold;
        ModelFile.Save(modelPath, trained.Model with
        {
            Training = trained.Model.Training! with { SuggestedThreshold = float.IsNaN(threshold) ? null : threshold },
        });
        var pictures = new DemoPictures(folder, data);
        pictures.DrawCurves(trained, ours, dog);
        pictures.DrawOverlays(picks, ours.Curve);
        Report(ours, dog, picksPath, modelPath, pictures);
    }

    private LabelledMicrographs Load(string what, IReadOnlyList<ImageEntry> images, ParticleTable labels, Preprocessing preprocessing) =>
        LabelledMicrographs.Load(what, images, labels, data.Source, preprocessing, threads, console, cancellation);

    private TrainingResult Train(LabelledMicrographs train, LabelledMicrographs test, Preprocessing preprocessing)
    {
        var options = new TrainingOptions
        {
            Architecture = new ArchitectureOptions { Units = Units },
            Preprocessing = preprocessing,
            ExpectedParticles = data.Expected,
            AutoencoderWeight = 0,
            Epochs = Epochs,
            UpdatesPerEpoch = UpdatesPerEpoch,
            Seed = seed,
        };
        var session = new TrainingSession(
            new CpuBackend(threads), new TrainingData(train.Images, train.Labels, test.Images, test.Labels), options);
        TrainingResult result = TrainingRun.Run(session, options, new TrainingFiles { Curve = Write("training.txt") }, console, cancellation);
        cancellation.ThrowIfCancellationRequested();
        return result;
    }

    private (ParticleTable Picks, PickEvaluation Evaluation) Pick(PickerModel model, LabelledMicrographs test)
    {
        using var picker = new Picker(model, threads);
        int distance = Math.Max(1, (int)Math.Round(data.Radius / _factor));
        var picks = new ParticleTable();
        console.Track($"Picking {test.Inputs.Count} test micrographs", test.Inputs.Count, progress =>
        {
            foreach (MicrographInput input in test.Inputs)
            {
                MicrographInput map = picker.Score(input, cancellation);
                picks.Add(map.Image.Name, NonMaximumSuppression.Pick(map.Image, distance, Threshold).Select(map.ToFile));
                progress.Report(picks.Micrographs.Count);
            }

            return 0;
        });
        return (picks, PickEvaluation.Evaluate(picks, data.Split.TestParticles, picks.Micrographs, data.Radius));
    }

    private void Report(PickEvaluation ours, PickEvaluation dog, string picks, string model, DemoPictures pictures)
    {
        string Number(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
        console.Table(
            ["on test micrographs", "AUPRC", "best F1"],
            [
                ["Topaz", Number(ours.Curve.AveragePrecision), Number(ours.Curve.BestF1)],
                ["difference of Gaussians", Number(dog.Curve.AveragePrecision), Number(dog.Curve.BestF1)],
            ]);
        string radius = Math.Max(1, Math.Round(data.Radius / _factor)).ToString(CultureInfo.InvariantCulture);
        console.Summary(
            new JsonObject
            {
                ["auprc"] = ours.Curve.AveragePrecision,
                ["dog_auprc"] = dog.Curve.AveragePrecision,
                ["best_f1"] = ours.Curve.BestF1,
                ["labels"] = data.Split.TrainParticles.Count,
                ["seconds"] = Math.Round(_clock.Elapsed.TotalSeconds, 1),
                ["picks"] = picks,
                ["model"] = model,
                ["precision_recall"] = pictures.PrecisionRecall,
            },
            $"picks      {picks}",
            $"model      {model}",
            $"curves     {pictures.PrecisionRecall}, {pictures.Training}",
            $"pictures   {Path.Combine(pictures.Overlays, "*.png")}",
            $"Done in {Duration.Text(_clock.Elapsed)}. To pick more micrographs: topaz extract -m {model} -r {radius} -o more.txt YOUR_MICROGRAPHS");
    }

    private string Write(string name)
    {
        string path = Path.Combine(folder, name);
        OutputPath.RequireFile(path);
        return path;
    }
}
