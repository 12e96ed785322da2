#:project ../src/Topaz.MLNet
#:property PublishAot=false

// The life of a picker: train it with validation, look at it closely, save it, load it elsewhere, pick, and take its network
// to the topaz command. Writes picker.zip, picks.txt and picker.sav.
//   dotnet run examples/train-evaluate-save-load.cs

using Microsoft.ML;
using Topaz.MLNet;
using Topaz.Networks;
using Topaz.Particles;
using Topaz.Simulation;

var ml = new MLContext(seed: 1);
IDataView train = Simulate(ml, 0, 6), validation = Simulate(ml, 6, 1), test = Simulate(ml, 7, 2);

var trainer = new PositiveUnlabeledTrainer.Options
{
    ExpectedParticles = 120,
    Architecture = new() { Units = 16 },
    NumberOfEpochs = 3,
    UpdatesPerEpoch = 80,
    ValidationSet = validation,
};
var pipeline = ml.ParticlePicking.Transforms.Preprocess(downsampling: 2)
    .Append(ml.ParticlePicking.Trainers.PositiveUnlabeled(trainer))
    .Append(ml.ParticlePicking.Transforms.ExtractParticles(radius: 8));
ITransformer model = pipeline.Fit(train);
foreach (var row in ml.ParticlePicking.FindNetwork(model)!.TrainingCurve.Where(row => row.IsTest))
    Console.WriteLine($"epoch {row.Epoch}: validation loss {row.Loss:0.000}, AUPRC of pixels {row.Auprc:0.000}");

PickingMetrics metrics = ml.ParticlePicking.Evaluate(model.Transform(test));
Console.WriteLine($"AUPRC                    {metrics.AreaUnderPrecisionRecallCurve:0.000}");
Console.WriteLine($"best F1                  {metrics.F1Score:0.000} with picks that score {metrics.BestThreshold:0.00} or more");
Console.WriteLine($"recall at precision 0.9  {metrics.RecallAtPrecision(0.9):0.000}");
Console.WriteLine($"distance from labels     {metrics.MeanMatchedDistance:0.0} pixels on average");
ml.Model.Save(model, train.Schema, "picker.zip");

// Elsewhere: nothing is needed but the file.
var other = new MLContext();
ITransformer loaded = other.Model.Load("picker.zip", out _);
IDataView picked = loaded.Transform(test);
Console.WriteLine($"the same after loading:  {other.ParticlePicking.Evaluate(picked).AreaUnderPrecisionRecallCurve == metrics.AreaUnderPrecisionRecallCurve}");
ParticleFile.Write("picks.txt", other.ParticlePicking.ToParticleTable(picked));

// For the command: topaz extract -m picker.sav -r 8 -o more.txt raw/*.mrc
ModelFile.Save("picker.sav", other.ParticlePicking.FindNetwork(loaded)!.Model);

static IDataView Simulate(MLContext ml, int first, int count)
{
    var options = new SimulationOptions { Width = 640, Height = 640, Particles = 100, Fragments = 16, Contamination = 12, Aggregates = 2 };
    return ml.Data.LoadFromEnumerable(Enumerable.Range(first, count).Select(i => MicrographSimulator.Simulate(options, i)).Select(made => new MicrographData
    {
        Micrograph = made.Micrograph,
        Labels = made.Particles,
    }).ToArray());
}
