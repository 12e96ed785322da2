using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Topaz.Tests;

public sealed class EndToEndTests(DataSet data) : IClassFixture<DataSet>
{
    // Long enough not to end between looking and acting.
    private const string LongTrain = DataSet.Train + "--epoch-size 80 ";

    [Fact]
    public void Same_seed_gives_identical_files_on_one_and_two_threads()
    {
        foreach (int threads in (int[])[1, 2])
        {
            data.Run($"{DataSet.Train} --save-prefix t{threads} -o curve{threads}.txt --num-threads {threads}");
            data.Run($"extract -r 5 -m t{threads}_epoch3.sav -o picks{threads}.txt --num-threads {threads} data/micrographs");
        }

        Assert.Equal(File.ReadAllText(data["curve1.txt"]), File.ReadAllText(data["curve2.txt"]));
        Assert.Equal(File.ReadAllBytes(data["t1_epoch3.sav"]), File.ReadAllBytes(data["t2_epoch3.sav"]));
        Assert.Equal(File.ReadAllText(data["picks1.txt"]), File.ReadAllText(data["picks2.txt"]));
        Assert.Equal("image_name\tx_coord\ty_coord\tscore", File.ReadLines(data["picks1.txt"]).First());
    }

    [Fact]
    public void Killed_in_mid_training_and_resumed_gives_the_same_model()
    {
        data.Run($"{LongTrain} --save-prefix whole");
        Kill($"{LongTrain} --save-prefix killed", whenThereIs: "killed_epoch1.sav", process => process.Kill());
        Assert.False(File.Exists(data["killed_epoch3.sav"]), "The run ended before it was killed.");
        data.Run($"{LongTrain} --save-prefix killed --resume");
        Assert.Equal(File.ReadAllBytes(data["whole_epoch3.sav"]), File.ReadAllBytes(data["killed_epoch3.sav"]));
    }

    [Fact]
    public void Interrupted_training_saves_its_state_and_goes_on()
    {
        data.Run($"{LongTrain} --save-prefix calm");
        // Not SIGINT, which is handled alike but ignored by all that a script starts in the background, such as these tests.
        (int exitCode, string error) = Kill(
            $"{LongTrain} --save-prefix stopped", "stopped_epoch1.sav", process => Signal(process, "TERM"));
        Assert.Equal(130, exitCode);
        Assert.Contains("--resume goes on", error);
        data.Run($"{LongTrain} --save-prefix stopped --resume");
        Assert.Equal(File.ReadAllBytes(data["calm_epoch3.sav"]), File.ReadAllBytes(data["stopped_epoch3.sav"]));
    }

    [Fact]
    public void Other_settings_do_not_resume()
    {
        data.Run($"{DataSet.Train} --save-prefix first");
        TopazProcess.Result result = TopazProcess.Run(data.FullName, $"{DataSet.Train} --save-prefix first --seed 2 --resume");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("other settings: seed was 1, now 2", result.Error);
    }

    [Fact]
    public void Picks_of_raw_micrographs_are_in_raw_coordinates_and_one_bad_micrograph_is_skipped()
    {
        data.Run($"{DataSet.Train} --save-prefix raw");
        data.Write("broken.mrc", "no image");
        TopazProcess.Result result = data.Run(
            "extract -r 5 -m raw_epoch3.sav -o raw.txt --json broken.mrc data/micrographs/simulated_0000.mrc");
        Assert.Single(result.ErrorLines, line => line.Contains("broken.mrc", StringComparison.Ordinal));
        Assert.Contains("1 of 2 micrographs failed", result.Error);
        using JsonDocument summary = JsonDocument.Parse(result.Output);
        Assert.Equal(1, summary.RootElement.GetProperty("failed").GetInt32());
        string[][] picks = [.. File.ReadLines(data["raw.txt"]).Skip(1).Select(line => line.Split('\t'))];
        Assert.Equal(summary.RootElement.GetProperty("picks").GetInt32(), picks.Length);
        Assert.All(picks, pick => Assert.Equal("simulated_0000", pick[0]));
        // The network sees 128 columns; scores are everywhere above the threshold of -6 at so short a training.
        Assert.Contains(picks, pick => double.Parse(pick[1], CultureInfo.InvariantCulture) > 200);
        Assert.All(picks, pick => Assert.Equal(0, double.Parse(pick[1], CultureInfo.InvariantCulture) % 2));
    }

    [Fact]
    public void Labels_against_themselves_are_found_entirely()
    {
        string[] labels = File.ReadAllLines(data["data/particles.txt"]);
        data.Write("perfect.txt", string.Join('\n', labels.Select((line, i) => line + (i == 0 ? "\tscore" : "\t1"))) + "\n");
        TopazProcess.Result result = data.Run("precision_recall_curve --predicted perfect.txt --targets data/particles.txt -r 5");
        Assert.StartsWith("# auprc = 1.000000\nthreshold\tprecision\trecall\tf1\n1\t1.000000\t1.000000\t1.000000\n", result.Output);
    }

    [Fact]
    public void Training_on_from_a_model_prepares_micrographs_as_it_does()
    {
        data.Run($"{DataSet.Train} --save-prefix begun");
        TopazProcess.Result result = data.Run(
            "train -m begun_epoch3.sav -n 20 --num-epochs 1 --epoch-size 5 --minibatch-size 32 --autoencoder 1 --save-prefix further "
            + "--train-images data/image_list_train.txt --train-targets data/particles_train.txt");
        Assert.Contains("downsampled by 2, normalisation mixture", result.Error);
        data.Run("segment -m further_epoch1.sav -o further data/micrographs/simulated_0001.mrc");
        // 128 columns of the 256.
        Assert.Equal(128, BitConverter.ToInt32(File.ReadAllBytes(data["further/simulated_0001.mrc"])));
    }

    [Fact]
    public void Score_maps_have_the_size_of_what_the_network_sees()
    {
        data.Run($"{DataSet.Train} --save-prefix map");
        data.Run("segment -m map_epoch3.sav -o maps data/micrographs/simulated_0001.mrc");
        data.Run("downsample -s 2 -o half.mrc data/micrographs/simulated_0001.mrc");
        // Size and pixel size, at the beginning of the header.
        Assert.Equal(File.ReadAllBytes(data["half.mrc"])[..16], File.ReadAllBytes(data["maps/simulated_0001.mrc"])[..16]);
    }

    /// <summary>Starts a training, and does something to it when a file appears.</summary>
    private (int ExitCode, string Error) Kill(string commandLine, string whenThereIs, Action<Process> act)
    {
        using Process process = TopazProcess.Start(data.FullName, commandLine);
        Task<string> error = process.StandardError.ReadToEndAsync(), output = process.StandardOutput.ReadToEndAsync();
        while (!File.Exists(data[whenThereIs]) && !process.HasExited)
            Thread.Yield();
        act(process);
        process.WaitForExit();
        _ = output.Result;
        return (process.ExitCode, error.Result);
    }

    private static void Signal(Process process, string signal)
    {
        using Process kill = Process.Start("kill", ["-" + signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
