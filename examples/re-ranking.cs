#:project ../src/Topaz.MLNet
#:package Microsoft.ML.FastTree
#:property PublishAot=false

// A second opinion: ML.NET's FastTree learns from features of the candidates which of them are particles, and ranks them again.
//   dotnet run examples/re-ranking.cs

using Microsoft.ML;
using Topaz.MLNet;
using Topaz.Simulation;

var ml = new MLContext(seed: 1);
// A network scores the micrographs it learned from too well; the second classifier learns from others.
IDataView first = Simulate(ml, 0, 3), second = Simulate(ml, 3, 4), test = Simulate(ml, 7, 2);

var pipeline = ml.ParticlePicking.Transforms.Preprocess(downsampling: 2)
    .Append(ml.ParticlePicking.Trainers.PositiveUnlabeled(
        new() { ExpectedParticles = 120, Architecture = new() { Units = 16 }, NumberOfEpochs = 1, UpdatesPerEpoch = 80 }))
    .Append(ml.ParticlePicking.Transforms.ExtractParticles(radius: 8))
    .Append(ml.ParticlePicking.Transforms.FeaturizeCandidates());
ITransformer picker = pipeline.Fit(first);

// One row for each pick; Label tells whether it matches a particle.
IDataView candidates = ml.Data.Cache(ml.ParticlePicking.UnrollPicks(picker.Transform(second)));
ITransformer ranker = ml.BinaryClassification.Trainers.FastTree(numberOfLeaves: 8, numberOfTrees: 60).Fit(candidates);

IDataView picked = ml.Data.Cache(picker.Transform(test));
IDataView ranked = ranker.Transform(ml.ParticlePicking.UnrollPicks(picked));
Console.WriteLine($"network:           {ml.ParticlePicking.Evaluate(picked)}");
Console.WriteLine($"ranked by trees:   {ml.ParticlePicking.Evaluate(ml.ParticlePicking.RollUpPicks(ranked, picked))}");
Console.WriteLine($"ML.NET's own view: AUPRC {ml.BinaryClassification.Evaluate(ranked).AreaUnderPrecisionRecallCurve:0.000}");

static IDataView Simulate(MLContext ml, int start, int count)
{
    var options = new SimulationOptions { Width = 640, Height = 640, Particles = 100, Fragments = 16, Contamination = 12, Aggregates = 2 };
    return ml.Data.LoadFromEnumerable(Enumerable.Range(start, count).Select(i => MicrographSimulator.Simulate(options, i)).Select(made => new MicrographData
    {
        Micrograph = made.Micrograph,
        Labels = made.Particles,
    }).ToArray());
}
