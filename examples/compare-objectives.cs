#:project ../src/Topaz.MLNet
#:property PublishAot=false

// What to minimise when only some particles are labelled: trains once with each objective on a fifth of the labels, and
// evaluates on all labels of other micrographs.
//   dotnet run examples/compare-objectives.cs

using Microsoft.ML;
using Topaz.MLNet;
using Topaz.Simulation;
using Topaz.Training;

var ml = new MLContext(seed: 1);
IDataView train = Simulate(ml, 0, 5, oneIn: 5), test = Simulate(ml, 5, 2, oneIn: 1);
foreach (ObjectiveKind objective in Enum.GetValues<ObjectiveKind>())
{
    var pipeline = ml.ParticlePicking.Transforms.Preprocess(downsampling: 2)
        .Append(ml.ParticlePicking.Trainers.PositiveUnlabeled(new()
        {
            Objective = objective,
            ExpectedParticles = 100,
            Architecture = new() { Units = 16 },
            NumberOfEpochs = 1,
            Seed = 1,
        }))
        .Append(ml.ParticlePicking.Transforms.ExtractParticles(radius: 8));
    Console.WriteLine($"{objective,-10} {ml.ParticlePicking.Evaluate(pipeline.Fit(train).Transform(test))}");
}

static IDataView Simulate(MLContext ml, int first, int count, int oneIn)
{
    var options = new SimulationOptions { Width = 640, Height = 640, Particles = 100, Fragments = 16, Contamination = 12, Aggregates = 2 };
    return ml.Data.LoadFromEnumerable(Enumerable.Range(first, count).Select(i => MicrographSimulator.Simulate(options, i)).Select(made => new MicrographData
    {
        Micrograph = made.Micrograph,
        LabelX = [.. made.Particles.Where((_, i) => i % oneIn == 0).Select(particle => (float)particle.X)],
        LabelY = [.. made.Particles.Where((_, i) => i % oneIn == 0).Select(particle => (float)particle.Y)],
    }).ToArray());
}
