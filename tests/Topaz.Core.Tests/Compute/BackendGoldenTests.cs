using System.Text.Json.Nodes;
using Topaz.Compute;
using Topaz.Images;
using Topaz.Networks;
using Topaz.Training;
using Xunit;

namespace Topaz.Tests.Compute;

/// <summary>What every backend computes, against reference values.</summary>
public abstract class BackendGoldenTests
{
    private const double Tolerance = 1e-5;

    /// <summary>
    /// For weights after three steps. Adam divides each gradient by its own size, so a gradient that is small beside its neighbours shows its rounding
    /// whole: a network without batch norm, where they are smallest, has three such weights with the CPU engine.
    /// </summary>
    private const double WeightTolerance = 5e-5;

    protected abstract IComputeBackend Backend { get; }

    [SkippableFact]
    public void ScoresAreTheReferences()
    {
        JsonNode network = Goldens.Require()["network"]!;
        int[] shape = Goldens.Shape(network["image160"]!);
        var image = new Micrograph("golden", shape[1], shape[0], Goldens.Floats(network["image160"]!));
        foreach (JsonNode? model in network["models"]!.AsArray())
        {
            using IScorer scorer = Backend.CreateScorer(new PickerModel(
                GoldenWeights.Architecture(model!), GoldenWeights.Read(model!["weights"]!), Preprocessing.None));
            Micrograph scores = scorer.Score(image);
            // Fast convolutions round more than plain ones: up to 5e-5 of the outputs' spread in a layer.
            Assert.Equal(Goldens.Floats(model["dense"]!), scores.Pixels, (expected, actual) => Math.Abs(expected - actual) <= 1e-4f);

            // The reference scored the crop in double precision, too.
            double[] crop = Goldens.Numbers(model["crop_scores_f64"]!);
            double[] centre = Goldens.Numbers(model["crop_center_xy"]!);
            Assert.Equal(crop[0], scores[(int)centre[0], (int)centre[1]], 1e-4);
        }
    }

    public static TheoryData<string> Runs => ["ge", "ge_l2", "ge_ae10", "gekl", "pn", "pu", "ge_nobn"];

    /// <summary>Three steps of Adam with each objective, from weights to scores to objective to weights.</summary>
    [SkippableTheory]
    [MemberData(nameof(Runs))]
    public void TrajectoryIsThatOfTheReference(string name)
    {
        JsonNode golden = Goldens.Require()["adam"]!;
        JsonNode run = golden["runs"]!.AsArray().Single(node => (string)node!["name"]! == name)!;
        double pi = (double)run["pi_unlabeled"]!, autoencoder = (double)run["autoencoder"]!;
        IObjective objective = (string)run["method"]! switch
        {
            "GE-binomial" => new GeBinomialObjective(pi),
            "GE-KL" => new GeKlObjective(pi),
            "PN" => new PositiveNegativeObjective(pi),
            _ => new NonNegativeObjective(pi),
        };
        Architecture architecture = ArchitectureFactory.Create(new ArchitectureOptions
        {
            Units = 4,
            BatchNorm = (bool)run["bn"]!,
            DecoderUnits = autoencoder > 0 ? 2 : 0,
        });
        float[] pixels = Goldens.Floats(golden["batch"]!);
        Micrograph[] micrographs =
            [.. Enumerable.Range(0, 8).Select(i => new Micrograph($"{i}", 71, 71, pixels.AsSpan(i * 71 * 71, 71 * 71).ToArray()))];
        Crop[] crops = [.. Enumerable.Range(0, 8).Select(i => new Crop(i, 35, 35))];
        bool[] positive = [.. Goldens.Numbers(golden["labels"]!).Select(label => label > 0)];
        using INetworkTrainer trainer = Backend.CreateTrainer(
            architecture,
            new TrainerState(Read(InitialOf(golden, run), architecture)),
            micrographs,
            new TrainerOptions { MaxBatch = 8, L2 = (double)run["l2"]! });

        string[] header = [.. run["header"]!.AsArray().Select(column => (string)column!)];
        var gradient = new double[8];
        foreach (JsonNode? step in run["steps"]!["f64"]!.AsArray())
        {
            BatchOutput output = trainer.Forward(crops);
            double[] scores = [.. output.Scores.Select(score => (double)score)];
            ObjectiveValue value = objective.Evaluate(scores, positive, gradient);
            trainer.Backward(gradient, autoencoder);
            trainer.Step((double)golden["lr"]!);

            var metrics = SoftMetrics.Of(scores, positive);
            double[] expected = Goldens.Numbers(step!);
            for (int i = 0; i < header.Length; i++)
            {
                double actual = header[i] switch
                {
                    "loss" => value.Loss,
                    "ge_penalty" => value.Penalty!.Value,
                    "recon_error" => output.ReconstructionError,
                    "precision" => metrics.Precision,
                    "tpr" => metrics.TruePositiveRate,
                    _ => metrics.FalsePositiveRate,
                };
                Assert.True(
                    Math.Abs(expected[i] - actual) <= Tolerance * Math.Max(1, Math.Abs(expected[i])),
                    $"{header[i]} is {actual} instead of {expected[i]}");
            }
        }

        Weights weights = trainer.Capture().Weights, final = Read(run["final"]!, architecture);
        foreach (Tensor tensor in final.Tensors)
        {
            float[] actual = weights[tensor.Name].Data;
            for (int i = 0; i < actual.Length; i++)
                Assert.True(Math.Abs(tensor.Data[i] - actual[i]) <= WeightTolerance, $"{tensor.Name}[{i}] is {actual[i]} instead of {tensor.Data[i]}");
        }
    }

    private static JsonNode InitialOf(JsonNode golden, JsonNode run) => run["initial"]!["same_as"] is not { } other
        ? run["initial"]!
        : golden["runs"]!.AsArray().Select(node => node!["initial"]!).Single(node => (string?)node["file"] == $"{(string)other!}.f32");

    private static Weights Read(JsonNode entry, Architecture architecture)
    {
        float[] values = Goldens.Floats(entry);
        var weights = new Weights();
        int offset = 0;
        foreach (Parameter parameter in ParameterLayout.Of(architecture))
        {
            weights.Add(new Tensor(parameter.Name, parameter.Shape, values.AsSpan(offset, parameter.Length).ToArray()));
            offset += parameter.Length;
        }

        Assert.Equal(values.Length, offset);
        return weights;
    }
}
