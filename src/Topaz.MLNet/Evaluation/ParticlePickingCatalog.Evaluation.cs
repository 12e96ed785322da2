using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Topaz.Evaluation;
using Topaz.Particles;

namespace Topaz.MLNet;

public sealed partial class ParticlePickingCatalog
{
    /// <summary>Compares picks with labels: one to one in each micrograph, then all micrographs ranked together by score.</summary>
    /// <param name="data">Picked micrographs with labels, all in pixels of the raw micrographs.</param>
    /// <param name="matchRadius">A match is nearer than this, in pixels of the raw micrograph; null for the mean of column PickRadius.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type; the message names it.</exception>
    /// <exception cref="InvalidOperationException">There are no rows, or no labels.</exception>
    public PickingMetrics Evaluate(IDataView data, double? matchRadius = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        CheckMatchRadius(matchRadius);
        PickedRows.Check(data.Schema, names: false, labels: true);
        ParticleTable picks = new(), labels = new();
        double radii = 0;
        foreach (PickedMicrograph row in PickedRows.Read(data, names: false, labels: true))
        {
            // Rows are micrographs whatever their names.
            string key = picks.Micrographs.Count.ToString(CultureInfo.InvariantCulture);
            picks.Add(key, row.Picks);
            labels.Add(key, row.Labels);
            radii += row.Radius;
        }

        if (labels.Count == 0)
        {
            throw new InvalidOperationException(picks.Micrographs.Count == 0
                ? $"The data have no rows: column '{PickingColumns.PickX}' gives no micrograph."
                : $"Columns '{PickingColumns.LabelX}' and '{PickingColumns.LabelY}' hold no labels to compare picks with.");
        }

        double radius = matchRadius ?? radii / picks.Micrographs.Count;
        return new PickingMetrics(PickEvaluation.Evaluate(picks, labels, picks.Micrographs, radius), radius);
    }

    /// <summary>Trains and evaluates a pipeline on folds of whole micrographs, as particles of one micrograph share ice, defocus and junk.</summary>
    /// <param name="data">Labelled micrographs with names.</param>
    /// <param name="estimator">A pipeline that ends with picks.</param>
    /// <param name="numberOfFolds">How many parts the micrographs are dealt into; each is the test set once.</param>
    /// <param name="matchRadius">As for <see cref="Evaluate"/>.</param>
    /// <param name="seed">Seeds the dealing; null to draw it from the <see cref="MLContext"/>.</param>
    /// <returns>One result for each fold.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, or there are fewer than two folds.</exception>
    /// <exception cref="InvalidOperationException">There are fewer micrographs than folds, or a test set has no labels.</exception>
    public IReadOnlyList<PickingCrossValidationResult> CrossValidate(
        IDataView data, IEstimator<ITransformer> estimator, int numberOfFolds = 5, double? matchRadius = null, int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(estimator);
        ArgumentOutOfRangeException.ThrowIfLessThan(numberOfFolds, 2);
        string[] names = ShuffledNames(data, seed);
        if (names.Length < numberOfFolds)
            throw new InvalidOperationException($"{names.Length} micrographs cannot be dealt into {numberOfFolds} folds; take fewer folds.");
        var results = new List<PickingCrossValidationResult>();
        for (int fold = 0; fold < numberOfFolds; fold++)
        {
            (IDataView train, IDataView test) = Split(data, [.. names.Where((_, i) => i % numberOfFolds == fold)]);
            ITransformer model = estimator.Fit(train);
            IDataView picked = model.Transform(test);
            results.Add(new PickingCrossValidationResult(fold, model, Evaluate(picked, matchRadius), picked));
        }

        return results;
    }

    /// <summary>Sets whole micrographs apart for testing: exactly so many, unlike ML.NET's own split, which draws each row by chance.</summary>
    /// <param name="data">Micrographs with names.</param>
    /// <param name="testFraction">Fraction to set apart, rounded, with at least one micrograph on each side.</param>
    /// <param name="seed">Seeds the draw; null to draw it from the <see cref="MLContext"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not between 0 and 1, or column Name is missing.</exception>
    /// <exception cref="InvalidOperationException">There are fewer than two micrographs.</exception>
    public (IDataView TrainSet, IDataView TestSet) TrainTestSplit(IDataView data, double testFraction = 0.25, int? seed = null)
    {
        if (testFraction is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(testFraction), testFraction, "The fraction must lie between 0 and 1.");
        string[] names = ShuffledNames(data, seed);
        if (names.Length < 2)
            throw new InvalidOperationException($"Column '{PickingColumns.Name}' names {names.Length} micrographs; a split needs two at least.");
        int count = Math.Clamp((int)Math.Round(testFraction * names.Length, MidpointRounding.AwayFromZero), 1, names.Length - 1);
        return Split(data, [.. names.Take(count)]);
    }

    private static void CheckMatchRadius(double? matchRadius)
    {
        if (matchRadius is { } given && !(given > 0 && double.IsFinite(given)))
            throw new ArgumentOutOfRangeException(nameof(matchRadius), given, "The match radius must be positive.");
    }

    /// <summary>The micrographs' names, which must differ.</summary>
    private static string[] Names(IDataView data)
    {
        ArgumentNullException.ThrowIfNull(data);
        new InputColumn(PickingColumns.Name, ColumnKind.Text).Check(data.Schema);
        string[] names = [.. data.GetColumn<string>(PickingColumns.Name)];
        return names.Distinct().Count() == names.Length
            ? names
            : throw new TopazException($"Column '{PickingColumns.Name}': two micrographs have the same name; names must differ.");
    }

    private string[] ShuffledNames(IDataView data, int? seed)
    {
        string[] names = Names(data);
        var random = new RandomStream((ulong)(seed ?? ((IHostEnvironment)_ml).Register(nameof(Split)).Rand.Next()));
        for (int i = names.Length - 1; i > 0; i--)
        {
            int j = random.NextInt32(i + 1);
            (names[i], names[j]) = (names[j], names[i]);
        }

        return names;
    }

    private (IDataView TrainSet, IDataView TestSet) Split(IDataView data, HashSet<string> test) => (
        _ml.Data.FilterByCustomPredicate<NamedRow>(data, row => test.Contains(row.Name.ToString())),
        _ml.Data.FilterByCustomPredicate<NamedRow>(data, row => !test.Contains(row.Name.ToString())));
}

/// <summary>One fold of a cross-validation.</summary>
/// <param name="Fold">Number of the fold, from 0.</param>
/// <param name="Model">What was fitted on the other folds.</param>
/// <param name="Metrics">How well it picks this fold.</param>
/// <param name="ScoredHoldOutSet">This fold with its picks, computed when it is read.</param>
public sealed record PickingCrossValidationResult(int Fold, ITransformer Model, PickingMetrics Metrics, IDataView ScoredHoldOutSet);
