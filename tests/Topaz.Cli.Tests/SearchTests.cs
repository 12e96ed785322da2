using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Topaz.Tests;

/// <summary>What is found out instead of being told: settings, the number of particles, thresholds, scale.</summary>
public sealed class SearchTests(DataSet data) : IClassFixture<DataSet>
{
    private const string Search =
        "search -d -1 --downsample 2 --train-images data/micrographs.txt --train-targets data/particles.txt --trials 5 --folds 2 --num-epochs 9 --epoch-size 3 "
        + "--minibatch-size 32 -m conv31 --units 4 -n 20 --space architecture=conv31 ";

    [Fact]
    public void Search_leaves_a_study_and_a_model_that_knows_its_threshold()
    {
        JsonNode summary = Json(Run("found.db", "--json"));
        Assert.Equal(5, (int)summary["trial_count"]!);
        Assert.Equal("found.db.sav", (string)summary["model"]!);
        JsonNode shown = Json(data.Run("search -o found.db --show --json"));
        Assert.Equal(5, shown["trials"]!.AsArray().Count);
        Assert.Equal((int)summary["best"]!, (int)shown["best"]!);
        Assert.Equal("finished", (string)shown["trials"]![0]!["state"]!);
        Assert.Contains("est. AUPRC", data.Run("search -o found.db --show").Error);
        // Done is done: no trial is tried again.
        Assert.Contains("5 trials so far", Run("found.db", "").Error);

        TopazProcess.Result other = TopazProcess.Run(data.FullName, Line("found.db", "--seed 2"));
        Assert.Equal(1, other.ExitCode);
        Assert.Contains("seed was 1, now 2", Assert.Single(other.ErrorLines, line => line.StartsWith("topaz search:", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_killed_search_ends_like_one_that_was_not()
    {
        Run("whole.db", "");
        for (int kill = 0; kill < 3; kill++)
        {
            using Process process = TopazProcess.Start(data.FullName, Line("killed.db", ""));
            if (!process.WaitForExit(900 + 700 * kill))
            {
                process.Kill();
                process.WaitForExit();
            }
        }

        Run("killed.db", "");
        Assert.Equal(Trials("whole.db"), Trials("killed.db"));
        Assert.Equal(File.ReadAllBytes(data["whole.db.sav"]), File.ReadAllBytes(data["killed.db.sav"]));

        string Trials(string study)
        {
            JsonArray trials = Json(data.Run($"search -o {study} --show --json"))["trials"]!.AsArray();
            foreach (JsonNode? trial in trials)
                trial!.AsObject().Remove("seconds");
            return trials.ToJsonString();
        }
    }

    [Theory]
    [InlineData("--space units", "not of the form name=values")]
    [InlineData("--space colour=red", "There is no setting 'colour'")]
    [InlineData("--space units=x", "is not a number")]
    [InlineData("--space radius=5..90", "radius: 5 is not from 0.01 to 1")]
    [InlineData("--space units=2.5", "units: 2.5 is not a whole number")]
    [InlineData("--trials 0", "--trials must be at least 1")]
    [InlineData("--folds 1", "--folds must be at least 2")]
    [InlineData("--time 0", "--time must be positive")]
    public void Senseless_searches_are_told(string flags, string message)
    {
        TopazProcess.Result result = TopazProcess.Run(data.FullName, Search + flags + " -o senseless.db");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.ErrorLines[^1]);
        Assert.False(File.Exists(data["senseless.db"]));
    }

    [Fact]
    public void A_file_that_is_no_study_is_left_alone()
    {
        data.Write("text.db", "This is not a study, and it is long enough to be taken for something else than an empty file by those who read it.");
        TopazProcess.Result result = TopazProcess.Run(data.FullName, Line("text.db", ""));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("text.db: is no study", result.ErrorLines[^1]);
        Assert.StartsWith("This is not a study", File.ReadAllText(data["text.db"]));
        Assert.Contains("no such study", TopazProcess.Run(data.FullName, "search -o none.db --show").ErrorLines[^1]);
    }

    [Fact]
    public void Train_estimates_the_number_of_particles_and_what_scores_are_worth()
    {
        JsonNode summary = Json(data.Run(
            "train -d -1 -m conv31 --units 8 --num-epochs 2 --epoch-size 60 --minibatch-size 64 --downsample 2 --train-images data/micrographs.txt "
            + "--train-targets data/particles.txt --save-prefix known --json"));
        // All are labelled, about 14 on each.
        Assert.InRange((double)summary["expected_particles"]!, 10, 20);
        Assert.InRange((double)summary["precision"]!, 0.4, 1);
        double threshold = (double)summary["threshold"]!;

        TopazProcess.Result picked = data.Run("extract -d -1 -m known_epoch2.sav -t auto -o auto.txt data/micrographs.txt");
        Assert.Contains("precision is about", picked.Error);
        double[] scores = Scores("auto.txt");
        Assert.NotEmpty(scores);
        Assert.All(scores, score => Assert.True(score >= threshold - 1e-4));
        data.Run("extract -d -1 -m known_epoch2.sav -t precision=0.5 --probabilities -o probable.txt data/micrographs.txt");
        Assert.All(Scores("probable.txt"), probability => Assert.InRange(probability, 0, 1));
        Assert.Equal(1, TopazProcess.Run(data.FullName, "extract -d -1 -m known_epoch2.sav -t precision=0.9999 -o no.txt data/micrographs.txt").ExitCode);
        // The model of the epoch before does not know.
        TopazProcess.Result unknown = TopazProcess.Run(data.FullName, "extract -d -1 -m known_epoch1.sav -t auto -o no.txt data/micrographs.txt");
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("known_epoch1.sav: does not tell", unknown.ErrorLines[^1]);
        Assert.Equal(2, TopazProcess.Run(data.FullName, "extract -m known_epoch1.sav -t much data/micrographs.txt").ExitCode);

        double[] Scores(string file) => [.. File.ReadAllLines(data[file]).Skip(1).Select(line => double.Parse(line.Split('\t')[3], System.Globalization.CultureInfo.InvariantCulture))];
    }

    [Fact]
    public void Labels_of_another_scale_are_warned_of()
    {
        data.Run("simulate -n 2 --size 512 --particles 40 --snr 0.5 --carbon 0 -o large");
        data.Run("scale_coordinates -s 0.5 large/particles.txt -o large/half.txt");
        TopazProcess.Result result = data.Run(
            "train -d -1 -m conv31 --units 4 -n 40 --num-epochs 1 --epoch-size 2 --minibatch-size 16 --downsample 2 --train-images large/micrographs.txt --train-targets large/half.txt --save-prefix half");
        Assert.Contains(result.ErrorLines, line => line.Contains("warning: large/half.txt: ", StringComparison.Ordinal) && line.Contains("multiplied by 2", StringComparison.Ordinal));
        result = data.Run(
            "train -d -1 -m conv31 --units 4 -n 40 --num-epochs 1 --epoch-size 2 --minibatch-size 16 --downsample 2 --train-images large/micrographs.txt --train-targets large/particles.txt --save-prefix whole");
        Assert.DoesNotContain(result.ErrorLines, line => line.Contains("multiplied", StringComparison.Ordinal));
        Assert.Contains(result.ErrorLines, line => line.Contains("by what the labels show", StringComparison.Ordinal));
    }

    [Fact]
    public void A_model_to_start_from_fixes_the_network_and_is_kept()
    {
        data.Run("simulate -n 2 --size 512 --particles 40 --snr 0.5 --carbon 0 -o from");
        const string Labelled = "-d -1 -n 40 --epoch-size 2 --minibatch-size 16 --train-images from/micrographs.txt --train-targets from/particles.txt ";
        data.Run($"train {Labelled} -m conv31 --units 4 --num-epochs 1 --save-prefix start");
        data.Run("export -m start_epoch1.sav --format pytorch -o python.sav");
        // A model of the Python tool does not tell what it was trained on; the labels do.
        TopazProcess.Result trained = data.Run($"train {Labelled} -m python.sav --num-epochs 1 --save-prefix again");
        Assert.Contains(trained.ErrorLines, line => line.Contains("by what the labels show", StringComparison.Ordinal));

        byte[] start = File.ReadAllBytes(data["start_epoch1.sav"]);
        string search = $"search {Labelled} -m start_epoch1.sav --trials 2 --folds 2 --num-epochs 3 ";
        Assert.Contains("units: '8' is none of 4", TopazProcess.Run(data.FullName, search + "-o from.db --space units=8").ErrorLines[^1]);
        Assert.Contains("would be overwritten", TopazProcess.Run(data.FullName, search + "-o from.db --save-model start_epoch1.sav").ErrorLines[^1]);
        Assert.Contains("would be overwritten", TopazProcess.Run(data.FullName, search + "-o start_epoch1").ErrorLines[^1]);
        Assert.Equal(start, File.ReadAllBytes(data["start_epoch1.sav"]));

        // Micrographs without labels change nothing.
        data.Run(search + "-o from.db");
        File.WriteAllLines(data["from/one.txt"], File.ReadLines(data["from/particles.txt"]).Where(line => !line.StartsWith("simulated_0001", StringComparison.Ordinal)));
        string one = search.Replace("particles.txt", "one.txt", StringComparison.Ordinal);
        data.Run(one + "-o both.db");
        data.Run(one.Replace("from/micrographs.txt", "from/micrographs/simulated_0000.mrc", StringComparison.Ordinal) + "-o one.db");
        Assert.Equal(File.ReadAllBytes(data["one.db.sav"]), File.ReadAllBytes(data["both.db.sav"]));
        Assert.NotEqual(File.ReadAllBytes(data["from.db.sav"]), File.ReadAllBytes(data["both.db.sav"]));
    }

    private TopazProcess.Result Run(string study, string flags) => data.Run(Line(study, flags));

    private static string Line(string study, string flags) => $"{Search}-o {study} {flags}";

    private static JsonNode Json(TopazProcess.Result result) => JsonNode.Parse(result.Output)!;
}
