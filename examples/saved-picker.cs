#:project ../src/Topaz.MLNet
#:property PublishAot=false

// An application that only picks, with a picker that was trained elsewhere, such as by quick-start.cs:
//   dotnet run examples/saved-picker.cs -- picker.zip raw/*.mrc
// Without micrographs it simulates one.

using System.Diagnostics;
using Microsoft.ML;
using Topaz;
using Topaz.MLNet;
using Topaz.Simulation;

if (args is not [var file, .. var paths])
{
    Console.Error.WriteLine("Which picker? dotnet run examples/saved-picker.cs -- picker.zip [micrographs]");
    return 1;
}

var ml = new MLContext();
ITransformer model = ml.Model.Load(file, out _);
var engine = ml.Model.CreatePredictionEngine<MicrographData, MicrographPicks>(model);

// A row names a file, or holds a micrograph that came from anywhere.
IEnumerable<MicrographData> micrographs = paths.Length > 0
    ? paths.Select(path => new MicrographData { Path = path })
    : [new MicrographData { Micrograph = MicrographSimulator.Simulate(new SimulationOptions(), 100).Micrograph }];
foreach (MicrographData micrograph in micrographs)
{
    try
    {
        var clock = Stopwatch.StartNew();
        MicrographPicks picks = engine.Predict(micrograph);
        Console.WriteLine($"{picks.Name}: {picks.Score.Count(score => score > 0)} particles of {picks.X.Length} candidates, {clock.Elapsed.TotalSeconds:0.0} s");
        foreach (var best in picks.Particles.Take(3))
            Console.WriteLine($"    x {best.X:0}, y {best.Y:0}, score {best.Score:0.00}");
    }
    catch (TopazException failure)
    {
        Console.Error.WriteLine(failure.Message); // one bad file is not the end of the others
    }
}

return 0;
