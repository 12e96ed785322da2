using Microsoft.ML;
using Topaz.Images;
using Topaz.Networks;

namespace Topaz.MLNet.Tests;

public sealed class LoadMicrographsTests : EstimatorTestBase
{
    protected override IEstimator<ITransformer>? After => Ml.ParticlePicking.Transforms.ScoreMicrographs(TinyData.Model)
        .Append(Ml.ParticlePicking.Transforms.ExtractParticles(radius: 3, threshold: -100));

    protected override IReadOnlyList<TestColumn> Inputs => [new(PickingColumns.Path, "String", CanBeChosen: true), new(PickingColumns.Name, "String", CanBeChosen: false)];

    protected override IReadOnlyList<TestColumn> Outputs => [Image()];

    protected override IEstimator<ITransformer> Create(string prefix = "") => prefix.Length == 0
        ? Ml.ParticlePicking.Transforms.LoadMicrographs()
        : Ml.ParticlePicking.Transforms.LoadMicrographs(new MicrographLoadingEstimator.Options
        {
            InputColumnName = prefix + PickingColumns.Path,
            NameColumnName = null,
            OutputColumnName = prefix + PickingColumns.Micrograph,
        });
}

/// <summary>Stages that make a micrograph of a micrograph, followed by the classical picker to have picks.</summary>
public abstract class PreprocessingTestBase : EstimatorTestBase
{
    protected override IEstimator<ITransformer>? After =>
        Ml.ParticlePicking.Trainers.DifferenceOfGaussians(new DifferenceOfGaussiansTrainer.Options { Radius = 3, Sigma = 1.5 });

    protected override IReadOnlyList<TestColumn> Inputs => [Image()];

    protected override IReadOnlyList<TestColumn> Outputs => [Image()];
}

public sealed class PreprocessTests : PreprocessingTestBase
{
    protected override IEstimator<ITransformer> Create(string prefix = "") => prefix.Length == 0
        ? Ml.ParticlePicking.Transforms.Preprocess(downsampling: 2, Normalization.Affine)
        : Ml.ParticlePicking.Transforms.Preprocess(new MicrographPreprocessingEstimator.Options
        {
            Downsampling = 2,
            Normalization = Normalization.Affine,
            InputColumnName = prefix + PickingColumns.Micrograph,
        });
}

/// <summary>Preparing into a new column, so that the raw micrograph stays.</summary>
public sealed class PreprocessBesideTests : EstimatorTestBase
{
    protected override IEstimator<ITransformer>? After => Ml.ParticlePicking.Trainers.DifferenceOfGaussians(
        new DifferenceOfGaussiansTrainer.Options { Radius = 3, Sigma = 1.5, MicrographColumnName = "Prepared" });

    protected override IReadOnlyList<TestColumn> Inputs => [Image()];

    protected override IReadOnlyList<TestColumn> Outputs => [Image("Prepared")];

    protected override IEstimator<ITransformer> Create(string prefix = "") =>
        Ml.ParticlePicking.Transforms.Preprocess(new MicrographPreprocessingEstimator.Options
        {
            Downsampling = 2,
            Normalization = Normalization.Affine,
            InputColumnName = prefix + PickingColumns.Micrograph,
            OutputColumnName = prefix + "Prepared",
        });
}

public sealed class ScoreMicrographsTests : EstimatorTestBase, IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), "topaz-mlnet-" + Guid.NewGuid().ToString("N") + ".sav");

    public ScoreMicrographsTests() => ModelFile.Save(_file, TinyData.Model);

    protected override IEstimator<ITransformer>? After => Ml.ParticlePicking.Transforms.ExtractParticles(radius: 3, threshold: -100);

    protected override IReadOnlyList<TestColumn> Inputs => [Image()];

    protected override IReadOnlyList<TestColumn> Outputs => [Image(PickingColumns.ScoreMap)];

    public void Dispose() => File.Delete(_file);

    protected override IEstimator<ITransformer> Create(string prefix = "") => prefix.Length == 0
        ? Ml.ParticlePicking.Transforms.ScoreMicrographs(_file)
        : Ml.ParticlePicking.Transforms.ScoreMicrographs(TinyData.Model, new MicrographScoringEstimator.Options
        {
            InputColumnName = prefix + PickingColumns.Micrograph,
            OutputColumnName = prefix + PickingColumns.ScoreMap,
        });
}

public sealed class PositiveUnlabeledTests : EstimatorTestBase
{
    protected override IEstimator<ITransformer>? Before => Ml.ParticlePicking.Transforms.Preprocess(2, Normalization.Affine);

    protected override IEstimator<ITransformer>? After => Ml.ParticlePicking.Transforms.ExtractParticles(radius: 3, threshold: -100);

    protected override IReadOnlyList<TestColumn> Inputs => [Image()];

    protected override IReadOnlyList<TestColumn> LearnedFrom =>
        [Vector(PickingColumns.LabelX, canBeChosen: true), Vector(PickingColumns.LabelY, canBeChosen: true)];

    protected override IReadOnlyList<TestColumn> Outputs => [Image(PickingColumns.ScoreMap)];

    protected override IEstimator<ITransformer> Create(string prefix = "") => Ml.ParticlePicking.Trainers.PositiveUnlabeled(TinyData.Options(options =>
    {
        options.Seed = 5;
        options.MicrographColumnName = prefix + PickingColumns.Micrograph;
        options.LabelXColumnName = prefix + PickingColumns.LabelX;
        options.LabelYColumnName = prefix + PickingColumns.LabelY;
        options.OutputColumnName = prefix + PickingColumns.ScoreMap;
    }));
}

/// <summary>Stages that write picks.</summary>
public abstract class PickingTestBase : EstimatorTestBase
{
    protected override IReadOnlyList<TestColumn> Outputs =>
    [
        Vector(PickingColumns.PickX), Vector(PickingColumns.PickY), Vector(PickingColumns.PickScore),
        new TestColumn(PickingColumns.PickRadius, "Single", CanBeChosen: false),
    ];
}

public sealed class ExtractParticlesTests : PickingTestBase
{
    protected override IEstimator<ITransformer>? Before => Ml.ParticlePicking.Transforms.ScoreMicrographs(TinyData.Model);

    protected override IReadOnlyList<TestColumn> Inputs => [Image(PickingColumns.ScoreMap)];

    protected override IEstimator<ITransformer> Create(string prefix = "") => prefix.Length == 0
        ? Ml.ParticlePicking.Transforms.ExtractParticles(radius: 3, threshold: -100)
        : Ml.ParticlePicking.Transforms.ExtractParticles(new ParticleExtractingEstimator.Options
        {
            Radius = 3,
            Threshold = -100,
            InputColumnName = prefix + PickingColumns.ScoreMap,
        });
}

public sealed class DifferenceOfGaussiansTests : PickingTestBase
{
    protected override IEstimator<ITransformer>? Before => Ml.ParticlePicking.Transforms.Preprocess(2, Normalization.Affine);

    protected override IReadOnlyList<TestColumn> Inputs => [Image()];

    protected override IReadOnlyList<TestColumn> LearnedFrom =>
        [Vector(PickingColumns.LabelX, canBeChosen: true), Vector(PickingColumns.LabelY, canBeChosen: true)];

    protected override IEstimator<ITransformer> Create(string prefix = "") => prefix.Length == 0
        ? Ml.ParticlePicking.Trainers.DifferenceOfGaussians(radius: 3)
        : Ml.ParticlePicking.Trainers.DifferenceOfGaussians(new DifferenceOfGaussiansTrainer.Options
        {
            Radius = 3,
            MicrographColumnName = prefix + PickingColumns.Micrograph,
            LabelXColumnName = prefix + PickingColumns.LabelX,
            LabelYColumnName = prefix + PickingColumns.LabelY,
        });
}

/// <summary>With a width that is known, no labels are needed.</summary>
public sealed class KnownDifferenceOfGaussiansTests : PickingTestBase
{
    protected override IReadOnlyList<TestColumn> Inputs => [Image()];

    protected override IEstimator<ITransformer> Create(string prefix = "") => Ml.ParticlePicking.Trainers.DifferenceOfGaussians(
        new DifferenceOfGaussiansTrainer.Options { Radius = 6, Sigma = 3, MicrographColumnName = prefix + PickingColumns.Micrograph });
}

public sealed class FeaturizeCandidatesTests : EstimatorTestBase
{
    protected override IEstimator<ITransformer>? Before => Ml.ParticlePicking.Transforms.ScoreMicrographs(TinyData.Model)
        .Append(Ml.ParticlePicking.Transforms.ExtractParticles(radius: 3, threshold: -100));

    protected override IReadOnlyList<TestColumn> Inputs =>
    [
        Image(), Image(PickingColumns.ScoreMap),
        Vector(PickingColumns.PickX), Vector(PickingColumns.PickY), Vector(PickingColumns.PickScore),
        new TestColumn(PickingColumns.PickRadius, "Single", CanBeChosen: false),
    ];

    protected override IReadOnlyList<TestColumn> Outputs => [Vector(PickingColumns.CandidateFeatures, canBeChosen: true)];

    protected override IEstimator<ITransformer> Create(string prefix = "") => prefix.Length == 0
        ? Ml.ParticlePicking.Transforms.FeaturizeCandidates()
        : Ml.ParticlePicking.Transforms.FeaturizeCandidates(new CandidateFeaturizingEstimator.Options
        {
            MicrographColumnName = prefix + PickingColumns.Micrograph,
            ScoreMapColumnName = prefix + PickingColumns.ScoreMap,
            OutputColumnName = prefix + PickingColumns.CandidateFeatures,
        });
}
