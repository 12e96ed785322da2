using System.Globalization;
using Topaz.Cli.Reports;
using Topaz.Evaluation;
using Topaz.Images;
using Topaz.Particles;
using Topaz.Training;

namespace Topaz.Cli.Demo;

/// <summary>The pictures that show how well the demo picked.</summary>
internal sealed class DemoPictures(string folder, DemoData data)
{
    public string PrecisionRecall { get; } = Path.Combine(folder, "precision-recall.png");

    public string Training { get; } = Path.Combine(folder, "training.png");

    public string Overlays { get; } = Path.Combine(folder, "overlays");

    /// <summary>Everything that may be drawn.</summary>
    public IEnumerable<string> Paths => data.Split.TestImages.Select(Overlay).Append(PrecisionRecall).Append(Training);

    public void DrawCurves(TrainingResult trained, PickEvaluation ours, PickEvaluation dog)
    {
        PrecisionRecallPlot.Draw("Picks of the test micrographs", [("Topaz", ours.Curve), ("Difference of Gaussians", dog.Curve)]).Save(PrecisionRecall);
        TrainingCurvePlot.Draw(
            "Training",
            [.. trained.Curve.Where(row => !row.IsTest).Select(row => (double)row.Loss)],
            [.. trained.Curve.Where(row => row.IsTest).Select(row => (row.Iteration, (double)row.Auprc))]).Save(Training);
    }

    /// <summary>Draws each test micrograph with its labels and the picks at the score where precision and recall balance best.</summary>
    public void DrawOverlays(ParticleTable picks, PrecisionRecallCurve curve)
    {
        OutputPath.RequireFolder(Overlays);
        float threshold = curve.BestF1Threshold;
        (double precision, double recall) = curve.At(threshold);
        string caption = float.IsNaN(threshold) ? "no pick matched a label" : string.Create(CultureInfo.InvariantCulture,
            $"score ≥ {threshold:0.0}: precision {precision:0.00}, recall {recall:0.00} over all test micrographs");
        foreach (ImageEntry image in data.Split.TestImages.Where(image => picks.Micrographs.Contains(image.Name)))
        {
            Particle[] best = [.. picks[image.Name].Where(pick => pick.Score >= threshold)];
            OverlayPicture.Draw(MicrographFile.Read(image.Path), best, data.Split.TestParticles[image.Name], data.Radius, caption)
                .Save(Overlay(image));
        }
    }

    private string Overlay(ImageEntry image) => Path.Combine(Overlays, image.Name + ".png");
}
