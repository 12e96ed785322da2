using System.CommandLine;
using System.Globalization;
using Topaz.Cli.Terminal;
using Topaz.Networks;

namespace Topaz.Cli.Extraction;

/// <summary>The flags that say which scores are picked, and what is written as score.</summary>
internal sealed class ThresholdFlag
{
    private const string Auto = "auto", Precision = "precision=";
    private const float Default = -6;

    private readonly Option<string> _threshold;
    private readonly Option<bool> _probabilities;

    public ThresholdFlag(Verb verb)
    {
        _threshold = verb.Flag(
            ["-t", "--threshold"], "-6",
            "scores must be above this; 'auto' for the one that balances precision and recall best by the model's estimate, 'precision=0.9' for the one that finds most at such a precision", "SCORE");
        _threshold.Validators.Add(result =>
        {
            string text = result.GetValueOrDefault<string>()!;
            if (text != Auto && AskedPrecision(text) is not (> 0 and < 1) && Score(text) is null)
                result.AddError($"--threshold: '{text}' is neither a score, nor auto, nor as precision=0.9.");
        });
        _probabilities = verb.Flag<bool>(["--probabilities"], "write the probability of being a particle, by the model's estimate, as score");
    }

    /// <summary>The score above which to pick.</summary>
    /// <exception cref="TopazException">The model does not tell it.</exception>
    public float Of(ParseResult parse, PickerModel model, string path, VerbConsole console)
    {
        string text = parse.GetValue(_threshold)!;
        if (Score(text) is { } given)
        {
            if (parse.IsDefault(_threshold) && model.Training?.Thresholds is { Suggested: var point })
                console.Note($"{Describe(point)}: -t auto picks there, -t {Default.ToString(CultureInfo.InvariantCulture)} far more.");
            return given;
        }

        ThresholdTable table = Table(model, path, "--threshold " + text);
        ThresholdPoint chosen = text == Auto
            ? table.Suggested
            : table.ForPrecision(AskedPrecision(text)!.Value) ?? throw new TopazException(string.Create(CultureInfo.InvariantCulture,
                $"{path}: no threshold is estimated to reach {text}; the greatest precision is {table.Points.Max(point => point.Precision):0.00}."));
        console.Note(Describe(chosen) + ".");
        return chosen.PickAbove;
    }

    /// <summary>What to make of a pick's score before it is written.</summary>
    /// <exception cref="TopazException">The model does not tell it.</exception>
    public Func<float, float> Output(ParseResult parse, PickerModel model, string path)
    {
        if (!parse.GetValue(_probabilities))
            return score => score;
        ThresholdTable table = Table(model, path, _probabilities.Name);
        return score => (float)table.Probability(score);
    }

    private static ThresholdTable Table(PickerModel model, string path, string flag) => model.Training?.Thresholds
        ?? throw new TopazException($"{path}: does not tell what its scores are worth, so {flag} cannot be; train it with this program, or give a score with -t.");

    private static string Describe(ThresholdPoint point) => string.Create(CultureInfo.InvariantCulture,
        $"At scores from {point.Threshold:0.00} up, precision is about {point.Precision:0.00} and recall {point.Recall:0.00} by the model's estimate");

    private static double? AskedPrecision(string text) =>
        text.StartsWith(Precision, StringComparison.Ordinal) && double.TryParse(text[Precision.Length..], CultureInfo.InvariantCulture, out double precision) ? precision : null;

    private static float? Score(string text) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float score) && !float.IsNaN(score) ? score : null;
}
