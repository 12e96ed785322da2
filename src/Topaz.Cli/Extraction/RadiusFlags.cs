using System.CommandLine;
using System.Globalization;
using Topaz.Cli.Terminal;
using Topaz.Images;
using Topaz.Networks;
using Topaz.Particles;
using Topaz.Picking;

namespace Topaz.Cli.Extraction;

/// <summary>The flags that say how far apart picks must be, or how to find that out.</summary>
internal sealed class RadiusFlags
{
    private readonly Option<int?> _radius;
    private readonly Option<string?> _targets;
    private readonly Option<int> _min, _max, _step;
    private readonly Option<double> _assignment;
    private readonly Option<bool> _onlyValidate;

    public RadiusFlags(Verb verb)
    {
        _radius = verb.Flag<int?>(["-r", "--radius"], "least distance between picks, in pixels of the prepared micrograph; by default a quarter more than the particle's radius, if --particle-diameter or the model tells it", "PIXELS");

        verb.Group("Find the radius");
        _targets = verb.Flag<string?>(["--targets"], "labels, in pixels of the given micrographs: without -r the radius that picks them best is used", "FILE");
        _min = verb.Flag(["--min-radius"], 5, "smallest radius to try", "PIXELS");
        _max = verb.Flag(["--max-radius"], 100, "largest radius to try", "PIXELS");
        _step = verb.Flag(["--step-radius"], 5, "step between radii", "PIXELS");
        _assignment = verb.Flag(["--assignment-radius"], -1.0, "how far from a label a pick may be, in pixels of the prepared micrograph; -1 for the radius itself", "PIXELS");
        _onlyValidate = verb.Flag<bool>(["--only-validate"], "say how well labels are picked and write no picks");
    }

    /// <summary>The file of labels; null without.</summary>
    public string? Targets(ParseResult parse) => parse.GetValue(_targets);

    /// <summary>Whether no picks are wanted.</summary>
    public bool OnlyValidate(ParseResult parse) => parse.GetValue(_onlyValidate);

    /// <summary>Makes sure that the flags make sense.</summary>
    public void Check(ParseResult parse)
    {
        if (OnlyValidate(parse) && Targets(parse) is null)
            throw new UsageException("--only-validate needs --targets.");
        if (parse.GetValue(_radius) is { } given)
            CommonFlags.CheckRadius(_radius.Name, given, Targets(parse) is null ? 0 : 1);
        foreach (Option<int> option in (Option<int>[])[_min, _max, _step])
            CommonFlags.CheckRadius(option.Name, parse.GetValue(option), least: 1);
        if (parse.GetValue(_max) < parse.GetValue(_min))
            throw new UsageException("--max-radius must not be below --min-radius.");
        if (parse.GetValue(_assignment) > 0)
            CommonFlags.CheckRadius(_assignment.Name, parse.GetValue(_assignment), least: 0);
    }

    /// <summary>Says in one line which flags mean nothing without labels.</summary>
    public void Note(ParseResult parse, VerbConsole console)
    {
        Option? unused = ((Option[])[_min, _max, _step, _assignment]).FirstOrDefault(option => !parse.IsDefault(option));
        if (Targets(parse) is null && unused is not null)
            console.Note($"{unused.Name} has no meaning here: the radius is found only by --targets.");
    }

    /// <summary>The radii that labels decide between; a given one is only validated.</summary>
    public int[] Radii(ParseResult parse) => parse.GetValue(_radius) is { } given
        ? [given]
        : [.. Enumerable.Range(0, (parse.GetValue(_max) - parse.GetValue(_min)) / parse.GetValue(_step) + 1)
            .Select(i => parse.GetValue(_min) + i * parse.GetValue(_step))];

    /// <summary>The radius for a score map, as -r, the particle's diameter or the model tells it.</summary>
    /// <exception cref="UsageException">Nothing tells it.</exception>
    public Func<Micrograph, int> Rule(ParseResult parse, PickerModel model, double? diameter)
    {
        if (parse.GetValue(_radius) is { } given)
            return _ => given;
        if (diameter is { } angstroms)
            return map => ParticleScale.PickRadiusFor(ParticleScale.RadiusInPixels(angstroms, map.PixelSize, map.Name));
        if (model.Training?.ParticleRadius is { } known)
            return _ => ParticleScale.PickRadiusFor(known);
        throw new UsageException("give the particle's radius in pixels with -r or its diameter in Å with --particle-diameter, or labels with --targets to find it.");
    }

    /// <summary>Picks the labelled micrographs with all radii and says how well.</summary>
    /// <exception cref="TopazException">None of the micrographs has labels.</exception>
    public TunedPicks Tune(
        ParseResult parse, IReadOnlyList<ImageEntry> micrographs, ParticleTable labels, Picker picker, float threshold, VerbConsole console,
        CancellationToken cancellation)
    {
        ImageEntry[] labelled = [.. micrographs.Where(image => labels[image.Name].Count > 0)];
        if (labelled.Length == 0)
            throw new TopazException($"{Targets(parse)}: has labels for none of the given micrographs; names without folder and extension must be the same.");
        int[] radii = Radii(parse);
        var tuning = new RadiusTuning(radii, threshold);
        var raw = new Dictionary<string, MicrographPicks[]>();
        var batch = new Batch(console, cancellation);
        batch.Run(
            $"Scoring {labelled.Length} labelled", labelled, picker.MicrographsInWork,
            image =>
            {
                Micrograph map = picker.Score(image, cancellation);
                IReadOnlyList<IReadOnlyList<Particle>> picks = tuning.Pick(map);
                return (
                    Picks: picks, Raw: picks.Select((some, i) => MicrographPicks.Of(map, some, radii[i])).ToArray(),
                    Labels: labels[image.Name].Select(map.FromRaw).ToArray());
            },
            (image, found) =>
            {
                tuning.Add(image.Name, found.Picks, found.Labels);
                raw.Add(image.Name, found.Raw);
            });

        IReadOnlyList<TunedRadius> tuned = tuning.Rank(parse.GetValue(_assignment) is > 0 and double match ? match : null);
        console.Table(
            ["radius", "AUPRC", "best F1", "at score"],
            [.. tuned.OrderBy(result => result.Radius).Select(result => new[]
            {
                result.Radius.ToString(CultureInfo.InvariantCulture),
                result.Evaluation.Curve.AveragePrecision.ToString("0.0000", CultureInfo.InvariantCulture),
                result.Evaluation.Curve.BestF1.ToString("0.0000", CultureInfo.InvariantCulture),
                result.Evaluation.Curve.BestF1Threshold.ToString("0.00", CultureInfo.InvariantCulture),
            })]);
        int best = Array.IndexOf(radii, tuned[0].Radius);
        return new TunedPicks(tuned[0], raw.ToDictionary(entry => entry.Key, entry => entry.Value[best]));
    }
}
