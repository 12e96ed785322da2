namespace Topaz.Cli.Verbs;

/// <summary>All verbs, in the order in which the help shows them.</summary>
internal static class VerbList
{
    private static readonly (string Name, Func<Verb> Create)[] s_verbs =
    [
        ("simulate", SimulateVerb.Create),
        ("preprocess", PreprocessVerb.Create),
        ("downsample", DownsampleVerb.Create),
        ("normalize", NormalizeVerb.Create),
        ("train_test_split", TrainTestSplitVerb.Create),
        ("train", TrainVerb.Create),
        ("search", SearchVerb.Create),
        ("segment", SegmentVerb.Create),
        ("extract", ExtractVerb.Create),
        ("precision_recall_curve", PrecisionRecallVerb.Create),
        ("particle_stack", ParticleStackVerb.Create),
        ("export", ExportVerb.Create),
        ("convert", ConversionVerbs.Convert),
        ("scale_coordinates", ConversionVerbs.ScaleCoordinates),
        ("split", ConversionVerbs.Split),
        ("boxes_to_coordinates", ConversionVerbs.BoxesToCoordinates),
        ("coordinates_to_boxes", ConversionVerbs.CoordinatesToBoxes),
        ("coordinates_to_eman2_json", ConversionVerbs.CoordinatesToEman2Json),
        ("coordinates_to_star", ConversionVerbs.CoordinatesToStar),
        ("star_to_coordinates", ConversionVerbs.StarToCoordinates),
        ("star_particles_threshold", ConversionVerbs.StarParticlesThreshold),
        ("demo", DemoVerb.Create),
    ];

    /// <summary>The verb that a command line begins with, made alone because flags take time to make; where it begins with none, all of them.</summary>
    public static IEnumerable<Verb> For(string[] arguments)
    {
        int named = arguments.Length == 0 ? -1 : Array.FindIndex(s_verbs, verb => verb.Name == arguments[0]);
        return (named < 0 ? s_verbs : s_verbs[named..(named + 1)]).Select(verb => verb.Create());
    }
}
