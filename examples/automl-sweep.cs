#:project ../src/Topaz.MLNet
#:package Microsoft.ML.AutoML
#:property PublishAot=false

// Lets AutoML search for good training options: each trial trains a picker with other options and evaluates it on micrographs
// that were set apart.
//   dotnet run examples/automl-sweep.cs

using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace;
using Topaz.MLNet;
using Topaz.Simulation;

var ml = new MLContext(seed: 1);
IDataView train = Simulate(ml, 0, 4), validation = Simulate(ml, 4, 2);

SweepableEstimator trainer = ml.Auto().CreateSweepableEstimator(
    (context, chosen) => context.ParticlePicking.Trainers.PositiveUnlabeled(new()
    {
        ExpectedParticles = chosen.ExpectedParticles,
        Radius = chosen.Radius,
        LearningRate = chosen.LearningRate,
        Architecture = new() { Units = 16 },
        NumberOfEpochs = 1,
        UpdatesPerEpoch = 60,
        Seed = 1,
    }),
    new SearchSpace<Choices>());
SweepablePipeline pipeline = ml.ParticlePicking.Transforms.Preprocess(downsampling: 2)
    .Append(trainer)
    .Append(ml.ParticlePicking.Transforms.ExtractParticles(radius: 8));

TrialResult best = await ml.Auto().CreateExperiment()
    .SetPipeline(pipeline)
    .SetTrialRunner(new PickingTrial(ml, pipeline, train, validation))
    .SetRandomSearchTuner(seed: 1)
    .SetMaxModelToExplore(5)
    .RunAsync();
Console.WriteLine($"best: trial {best.TrialSettings.TrialId}, AUPRC {best.Metric:0.000}");
ml.Model.Save(best.Model, train.Schema, "picker.zip");

static IDataView Simulate(MLContext ml, int first, int count)
{
    var options = new SimulationOptions { Width = 640, Height = 640, Particles = 100, Fragments = 16, Contamination = 12, Aggregates = 2 };
    return ml.Data.LoadFromEnumerable(Enumerable.Range(first, count).Select(i => MicrographSimulator.Simulate(options, i)).Select(made => new MicrographData
    {
        Micrograph = made.Micrograph,
        Labels = made.Particles,
    }).ToArray());
}

/// <summary>What AutoML may choose.</summary>
internal sealed class Choices
{
    [Range(60, 200)]
    public int ExpectedParticles { get; set; } = 120;

    [Range(2, 5)]
    public int Radius { get; set; } = 3;

    [Range(0.0005, 0.02, logBase: true)]
    public double LearningRate { get; set; } = 0.004;
}

/// <summary>Trains and evaluates one pipeline.</summary>
internal sealed class PickingTrial(MLContext ml, SweepablePipeline pipeline, IDataView train, IDataView validation) : ITrialRunner
{
    public Task<TrialResult> RunAsync(TrialSettings settings, CancellationToken cancelled)
    {
        var clock = Stopwatch.StartNew();
        Parameter chosen = settings.Parameter["_pipeline_"];
        ITransformer model = pipeline.BuildFromOption(ml, chosen).Fit(train);
        PickingMetrics metrics = ml.ParticlePicking.Evaluate(model.Transform(validation));
        Console.WriteLine($"trial {settings.TrialId}: {System.Text.Json.JsonSerializer.Serialize(chosen)}: {metrics}");
        return Task.FromResult(new TrialResult
        {
            TrialSettings = settings,
            Model = model,
            Metric = metrics.AreaUnderPrecisionRecallCurve,
            Loss = -metrics.AreaUnderPrecisionRecallCurve,
            DurationInMilliseconds = clock.ElapsedMilliseconds,
        });
    }

    public void Dispose()
    {
    }
}
