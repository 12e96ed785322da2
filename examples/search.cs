#:project ../src/Topaz.MLNet
#:property PublishAot=false

// Finds out how to train from a few labels, with nothing else given, and picks with what it found. Runs for two minutes or three; run again, it goes on
// with the study that it left.
//   dotnet run examples/search.cs

using Microsoft.ML;
using Topaz;
using Topaz.MLNet;
using Topaz.Networks;
using Topaz.Particles;
using Topaz.Search;
using Topaz.Simulation;

var ml = new MLContext(seed: 1);
const string study = "study.db";
// All particles of the micrographs to test on are known, and twenty on each of those to learn from.
IDataView train = Simulate(ml, 0, 4, labels: 20), test = Simulate(ml, 4, 2, labels: int.MaxValue);

PickingSearchOutcome found = ml.ParticlePicking.Search(train, new() { StudyPath = study, Space = Quick, Progress = new Told() });
Console.WriteLine($"{found.Best.Parameters}: estimated AUPRC {found.Best.Value:0.000}");
Console.WriteLine(ml.ParticlePicking.Evaluate(found.Model.Transform(test)));
ml.Model.Save(found.Model, train.Schema, "picker.zip");

ITransformer model = found.Model;
PickerModel network = ml.ParticlePicking.FindNetwork(model)!.Model;
ThresholdPoint point = network.Training!.Thresholds!.ForPrecision(0.9) ?? network.Training.Thresholds.Suggested;
var precise = ml.ParticlePicking.Transforms.ScoreMicrographs(network).Append(ml.ParticlePicking.Transforms.ExtractParticles(radius: 8, point.PickAbove));
Console.WriteLine($"picks above {point.Threshold:0.00}: estimated precision {point.Precision:0.00}, recall {point.Recall:0.00}");
Console.WriteLine(ml.ParticlePicking.Evaluate(precise.Fit(test).Transform(test)));

// The smallest network alone, so that this takes a minute or two.
static SearchSpace Quick(SearchSpace space) => space.Narrow(PickingSpace.Architecture, "conv31").Narrow(PickingSpace.Units, "16");

static IDataView Simulate(MLContext ml, int first, int count, int labels)
{
    var options = new SimulationOptions { Width = 640, Height = 640, Particles = 100, Fragments = 16, Contamination = 12, Aggregates = 2 };
    return ml.Data.LoadFromEnumerable(Enumerable.Range(first, count).Select(i => MicrographSimulator.Simulate(options, i)).Select(made => new MicrographData
    {
        Name = made.Micrograph.Name,
        Micrograph = made.Micrograph,
        Labels = [.. Some(made.Particles, labels)],
    }).ToArray());
}

// In random order, for particles must be labelled without regard to how clear they are.
static IEnumerable<Particle> Some(IReadOnlyList<Particle> all, int count)
{
    var random = new RandomStream(1, (uint)all.Count);
    return all.Select(particle => (particle, Key: random.NextDouble())).ToArray().OrderBy(draw => draw.Key).Take(count).Select(draw => draw.particle);
}

/// <summary>Prints what a trial reached.</summary>
internal sealed class Told : IProgress<SearchEvent>
{
    public void Report(SearchEvent value) =>
        Console.WriteLine($"trial {value.Job.Trial}, {value.Job.ToEpochs} epochs: {value.Result?.Value:0.000} {value.Error}");
}
