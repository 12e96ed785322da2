using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace;
using Xunit;

namespace Topaz.MLNet.Tests;

/// <summary>Our trainer inside an AutoML experiment.</summary>
public sealed class SweepTests(SimulatedData data) : IClassFixture<SimulatedData>
{
    /// <summary>What is searched.</summary>
    internal sealed class Space
    {
        [Range(1e-4f, 1e-2f, init: 1e-3f, logBase: true)]
        public float LearningRate { get; set; } = 1e-3f;

        [Range(1, 3, 2)]
        public int Radius { get; set; } = 2;
    }

    [Fact]
    public async Task An_experiment_tries_settings_and_returns_the_best()
    {
        var ml = new MLContext(seed: 1);
        (IDataView train, IDataView test) = ml.ParticlePicking.TrainTestSplit(data.Load(ml), 0.34, seed: 1);
        SweepableEstimator trainer = ml.Auto().CreateSweepableEstimator(
            (context, parameter) => context.ParticlePicking.Trainers.PositiveUnlabeled(SimulatedData.Quick(options =>
            {
                options.LearningRate = parameter.LearningRate;
                options.Radius = parameter.Radius;
            })),
            new SearchSpace<Space>(new Space()));
        SweepablePipeline pipeline = ml.ParticlePicking.Transforms.Preprocess(2)
            .Append(trainer)
            .Append(ml.ParticlePicking.Transforms.ExtractParticles(radius: 6, threshold: -100));
        var tried = new List<double>();
        TrialResult best = await ml.Auto().CreateExperiment()
            .SetPipeline(pipeline)
            .SetMaxModelToExplore(4)
            .SetTrialRunner(services => new PickingTrialRunner(ml, pipeline, train, test, tried))
            .SetEciCostFrugalTuner()
            .RunAsync();
        Assert.Equal(4, tried.Count);
        Assert.Equal(tried.Max(), best.Metric, 1e-9);
        Assert.Equal(best.Metric, ml.ParticlePicking.Evaluate(best.Model.Transform(test)).AreaUnderPrecisionRecallCurve, 1e-9);
    }

    /// <summary>Trains one setting and evaluates it on held-out micrographs.</summary>
    private sealed class PickingTrialRunner(
        MLContext ml, SweepablePipeline pipeline, IDataView train, IDataView test, List<double> tried) : ITrialRunner
    {
        public Task<TrialResult> RunAsync(TrialSettings settings, CancellationToken ct)
        {
            ITransformer model = pipeline.BuildFromOption(ml, settings.Parameter["_pipeline_"]).Fit(train);
            double auprc = ml.ParticlePicking.Evaluate(model.Transform(test)).AreaUnderPrecisionRecallCurve;
            tried.Add(auprc);
            return Task.FromResult(new TrialResult { TrialSettings = settings, Model = model, Metric = auprc, Loss = -auprc, DurationInMilliseconds = 1 });
        }

        public void Dispose()
        {
        }
    }
}
