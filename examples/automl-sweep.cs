#:project ../src/Topaz.MLNet
#:package Microsoft.ML.AutoML
#:property PublishAot=false

// Lets AutoML search the space of ml.ParticlePicking.Search: each trial trains a picker with other options and evaluates it on micrographs
// that were set apart. ml.ParticlePicking.Search itself ends poor trials early and needs no micrographs whose particles are all known.
//   dotnet run examples/automl-sweep.cs

using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.SearchSpace.Option;
using Topaz.MLNet;
using Topaz.Search;
using Topaz.Simulation;
using Topaz.Training;
using SearchSpace = Topaz.Search.SearchSpace;
using TrialResult = Microsoft.ML.AutoML.TrialResult;

var ml = new MLContext(seed: 1);
IDataView train = Simulate(ml, 0, 4), validation = Simulate(ml, 4, 2);

const double ParticleRadius = 7.5;
var options = new PositiveUnlabeledTrainer.Options { ExpectedParticles = 120, Architecture = new() { Units = 16 }, NumberOfEpochs = 1, UpdatesPerEpoch = 60, Seed = 1 };
SearchSpace space = PickingSpace.Create(new TrainingOptions { Architecture = options.Architecture, ParticleRadius = ParticleRadius, Epochs = 1, UpdatesPerEpoch = 60, AutoencoderWeight = 0 }, isRaw: false)
    .Narrow(PickingSpace.Architecture, "resnet8,conv31");
var trainer = new SweepableEstimator(
    (context, chosen) => context.ParticlePicking.Trainers.PositiveUnlabeled(options.With(ToTrial(chosen, space), ParticleRadius)), ToAutoML(space));
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

// The same space in AutoML's words, and the way back.
static Microsoft.ML.SearchSpace.SearchSpace ToAutoML(SearchSpace space)
{
    var converted = new Microsoft.ML.SearchSpace.SearchSpace();
    foreach (Dimension dimension in space.Dimensions)
    {
        converted.Add(dimension.Name, dimension switch
        {
            RangeDimension { Low: var low, High: var high } range when low < high => new UniformDoubleOption(low, high, range.IsLogarithmic, range.Default),
            CategoricalDimension categorical => new ChoiceOption([.. categorical.Values], categorical.Default),
            _ => new ChoiceOption([dimension.DefaultValue], dimension.DefaultValue),
        });
    }

    return converted;
}

static TrialParameters ToTrial(Parameter chosen, SearchSpace space) => new(space.Dimensions.Select(dimension => KeyValuePair.Create(
    dimension.Name,
    dimension is RangeDimension { Low: var low, High: var high } && low < high ? chosen[dimension.Name].AsType<double>().ToString("R", CultureInfo.InvariantCulture) : chosen[dimension.Name].AsType<string>())));

static IDataView Simulate(MLContext ml, int first, int count)
{
    var options = new SimulationOptions { Width = 640, Height = 640, Particles = 100, Fragments = 16, Contamination = 12, Aggregates = 2 };
    return ml.Data.LoadFromEnumerable(Enumerable.Range(first, count).Select(i => MicrographSimulator.Simulate(options, i)).Select(made => new MicrographData
    {
        Micrograph = made.Micrograph,
        Labels = made.Particles,
    }).ToArray());
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
