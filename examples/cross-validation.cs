#:project ../src/Topaz.MLNet
#:property PublishAot=false

// How much a picker's quality depends on which micrographs it learns from: each of three folds of whole micrographs is picked
// by a network that was trained on the other two.
//   dotnet run examples/cross-validation.cs

using Microsoft.ML;
using Topaz.MLNet;
using Topaz.Simulation;

var ml = new MLContext(seed: 1);
IDataView data = Simulate(ml, count: 6);
var pipeline = ml.ParticlePicking.Transforms.Preprocess(downsampling: 2)
    .Append(ml.ParticlePicking.Trainers.PositiveUnlabeled(
        new() { ExpectedParticles = 120, Architecture = new() { Units = 16 }, NumberOfEpochs = 1 }))
    .Append(ml.ParticlePicking.Transforms.ExtractParticles(radius: 8));

IReadOnlyList<PickingCrossValidationResult> folds = ml.ParticlePicking.CrossValidate(data, pipeline, numberOfFolds: 3);
foreach (PickingCrossValidationResult fold in folds)
    Console.WriteLine($"fold {fold.Fold}: {fold.Metrics}");
double[] areas = [.. folds.Select(fold => fold.Metrics.AreaUnderPrecisionRecallCurve)];
Console.WriteLine($"AUPRC {areas.Average():0.000}, from {areas.Min():0.000} to {areas.Max():0.000}");

static IDataView Simulate(MLContext ml, int count)
{
    var options = new SimulationOptions { Width = 640, Height = 640, Particles = 100, Fragments = 16, Contamination = 12, Aggregates = 2 };
    return ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => MicrographSimulator.Simulate(options, i)).Select(made => new MicrographData
    {
        Micrograph = made.Micrograph,
        Labels = made.Particles,
    }).ToArray());
}
