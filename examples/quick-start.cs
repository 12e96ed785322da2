#:project ../src/Topaz.MLNet
#:property PublishAot=false

// Learns to pick particles, shows how well it does on micrographs that were set apart, and saves picker.zip:
//   dotnet run examples/quick-start.cs                                        on micrographs that it simulates
//   dotnet run examples/quick-start.cs -- images.txt particles.txt RADIUS     on yours; the radius in their pixels

using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Topaz.Images;
using Topaz.Particles;
using Topaz.Simulation;

(string images, string particles, double radius) = args is [var list, var table, var pixels]
    ? (list, table, double.Parse(pixels, CultureInfo.InvariantCulture))
    : Simulate();
ParticleTable labels = ParticleFile.Read(particles);
double expected = 1.2 * labels.Count / labels.Micrographs.Count; // a guess how many there are, labelled or not

var ml = new MLContext(seed: 1);
ml.Log += (_, e) => { if (e.Kind == ChannelMessageKind.Info && e.Source.Contains("Trainer")) Console.WriteLine(e.RawMessage); };
IDataView data = ml.ParticlePicking.LoadMicrographs(images, particles);
(IDataView train, IDataView test) = ml.ParticlePicking.TrainTestSplit(data, testFraction: 0.25);
var pipeline = ml.ParticlePicking.Transforms.Preprocess(downsampling: Math.Max(1, radius / 8))
    .Append(ml.ParticlePicking.Trainers.PositiveUnlabeled(
        new() { ExpectedParticles = expected, Architecture = new() { Units = 16 }, NumberOfEpochs = 3, UpdatesPerEpoch = 100 }))
    .Append(ml.ParticlePicking.Transforms.ExtractParticles(radius: 8));
ITransformer model = pipeline.Fit(train);
Console.WriteLine(ml.ParticlePicking.Evaluate(model.Transform(test)));
ml.Model.Save(model, data.Schema, "picker.zip");

// The classical picker, for comparison.
var classical = ml.ParticlePicking.Transforms.Preprocess(downsampling: Math.Max(1, radius / 8))
    .Append(ml.ParticlePicking.Trainers.DifferenceOfGaussians(radius: 8));
Console.WriteLine($"difference of Gaussians: {ml.ParticlePicking.Evaluate(classical.Fit(train).Transform(test))}");

static (string Images, string Particles, double Radius) Simulate()
{
    string folder = Directory.CreateTempSubdirectory("topaz-").FullName, particles = Path.Combine(folder, "particles.txt");
    Console.WriteLine($"simulating micrographs in {folder}");
    var options = new SimulationOptions();
    var labels = new ParticleTable();
    foreach (SimulatedMicrograph made in Enumerable.Range(0, 8).AsParallel().Select(i => MicrographSimulator.Simulate(options, i)))
    {
        MrcFile.Write(Path.Combine(folder, made.Micrograph.Name + ".mrc"), made.Micrograph);
        labels.Add(made.Micrograph.Name, made.Particles);
    }

    ParticleFile.Write(particles, labels);
    return (folder, particles, options.DiameterInPixels / 2);
}
