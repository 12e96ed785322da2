namespace Topaz.Tests;

public class HelpTests
{
    private static readonly string[] s_verbs =
    [
        "simulate", "preprocess", "downsample", "normalize", "train", "search", "segment", "extract", "precision_recall_curve",
        "train_test_split", "particle_stack", "export", "demo", "convert", "scale_coordinates", "boxes_to_coordinates", "coordinates_to_boxes",
        "coordinates_to_eman2_json", "coordinates_to_star", "star_to_coordinates", "star_particles_threshold", "split",
    ];

    public static TheoryData<string> Verbs => [.. s_verbs];

    [Fact]
    public void Overview_names_every_verb()
    {
        TopazProcess.Result result = TopazProcess.Run(".", "--help");
        Assert.Equal(0, result.ExitCode);
        Assert.All(s_verbs, verb => Assert.Contains($"\n  {verb} ", result.Output));
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Help_of_a_verb_has_an_example_and_stands_in_the_reference(string verb)
    {
        TopazProcess.Result result = TopazProcess.Run(".", $"{verb} --help");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains($"Example:\n  topaz {verb}", result.Output);
        Assert.All(result.Output.Split('\n'), line => Assert.True(line.Length <= 110, line));
        // docs/command.md shows the help word for word; docs/update-command.sh renews it.
        Assert.Contains(result.Output, File.ReadAllText(Reference()));
    }

    [Fact]
    public void Version_is_a_number()
    {
        TopazProcess.Result result = TopazProcess.Run(".", "--version");
        Assert.Equal(0, result.ExitCode);
        Assert.Matches(@"^\d+\.\d+\.\d+", result.Output);
    }

    [Theory]
    [InlineData("", "Usage")]
    [InlineData("pick", "topaz: ")]
    [InlineData("extract --radios 3", "topaz extract: there is no flag '--radios'")]
    [InlineData("extract -r three -m m.sav a.mrc", "topaz extract: --radius: 'three' is not a whole number")]
    [InlineData("extract -r 3 -x 1,5 -m m.sav a.mrc", "topaz extract: --up-scale: '1,5' is not a number")]
    [InlineData("extract -m m.sav --only-validate a.mrc", "topaz extract: --only-validate needs --targets")]
    [InlineData("extract -r 3 -m m.sav", "topaz extract: no micrographs given")]
    [InlineData("train -n 3", "topaz train: --train-images is missing")]
    [InlineData("train -n 3 -m resnet9 --train-images a --train-targets b", "topaz train: --model: 'resnet9' is neither")]
    [InlineData("preprocess -s 0.5 -o out a.mrc", "topaz preprocess: --scale must be 1 or more")]
    public void Senseless_command_lines_are_told_in_one_line(string commandLine, string message)
    {
        TopazProcess.Result result = TopazProcess.Run(".", commandLine);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.Error);
        Assert.True(commandLine == "" || result.ErrorLines.Length <= 2, result.Error);
        Assert.Empty(result.Output);
    }

    private static string Reference()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Topaz.MLNet.sln")))
            folder = Path.GetDirectoryName(folder)!;
        return Path.Combine(folder, "docs", "command.md");
    }
}
